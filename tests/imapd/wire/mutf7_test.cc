#include "imapd/wire/mutf7.h"

#include <cstdint>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "imapd/wire/chars.h"

namespace loam::imap {
namespace {

struct Pair {
    const char* why;
    std::string_view utf8;
    std::string_view mutf7;
};
constexpr Pair kPairs[] = {
    {"plain ASCII is itself", "Work/Q1", "Work/Q1"},
    {"ampersand", "R&D", "R&-D"},
    {"ampersands side by side with a dash", "A&B&-C", "A&-B&--C"},
    {"only an ampersand", "&", "&-"},
    {"two of them", "&&", "&-&-"},
    {"one shifted letter", "Entw\u00FCrfe", "Entw&APw-rfe"},
    {"text that looks like a shift", "Entw&APw-rfe", "Entw&-APw-rfe"},
    {"an ampersand between two runs parts them", "\u0410\u0431\u0432&\u0433\u0434\u0435",
     "&BBAEMQQy-&-&BDMENAQ1-"},
    {"the RFC's Chinese", "\u53F0\u5317", "&U,BTFw-"},
    {"and Japanese in one run", "\u53F0\u5317\u65E5\u672C\u8A9E", "&U,BTF2XlZyyKng-"},
    {"a sign and an exclamation mark", "\u263A!", "&Jjo-!"},
    {"a surrogate pair", "\U0001F4EC", "&2D3c7A-"},
    {"NFC and NFD differ here", "A\u030A", "A&Awo-"},
    {"Angstrom sign", "\u212B", "&ISs-"},
    {"A with ring", "\u00C5", "&AMU-"},
    {"tilde and backslash need no shift", "~\\", "~\\"},
    {"nothing", "", ""},
    {"highest code point", "\U0010FFFF", "&2,,f,w-"},
};

TEST(Mutf7, VectorsBothWays) {
    for (const Pair& p : kPairs) {
        EXPECT_EQ(encode_mutf7(p.utf8), p.mutf7) << p.why;
        const auto decoded = decode_mutf7(p.mutf7);
        ASSERT_TRUE(decoded) << p.why;
        EXPECT_EQ(*decoded, p.utf8) << p.why;
    }
}

struct Refusal {
    const char* why;
    std::string_view mutf7;
};
constexpr Refusal kRefusals[] = {
    {"a bare ampersand", "&"},
    {"a bare ampersand at the end", "a&"},
    {"a bare ampersand within", "R&D"},
    {"a shift that ends with the name", "&Jjo"},
    {"a shift that ends without a dash", "&Jjo!"},
    {"a superfluous shift", "&U,BTFw-&ZeVnLIqe-"},
    {"a shifted letter", "&AGE-"},
    {"a shifted ampersand", "&ACY-"},
    {"a separator hidden in a shift", "&AC8-"},
    {"a letter among others", "&AOQAYQ-"},
    {"a lone high surrogate", "&2D0-"},
    {"a lone low surrogate", "&3Ow-"},
    {"surrogates the wrong way around", "&3OzYPQ-"},
    {"a high one twice", "&2D3YPQ-"},
    {"odd octets", "&AO-"},
    {"one digit", "&A-"},
    {"padding", "&AOQ=-"},
    {"left-over bits that are not zero", "&AOR-"},
    {"a needless digit of zeros", "&AOQA-"},
    {"the slash of plain base64", "&U/BTFw-"},
    {"a control octet",
     "a\x01"
     "b"},
    {"DEL", "a\x7F"},
    {"8-bit", "caf\xC3\xA9"},
};

TEST(Mutf7, Refusals) {
    for (const Refusal& r : kRefusals) {
        const auto decoded = decode_mutf7(r.mutf7);
        ASSERT_FALSE(decoded) << r.why;
        EXPECT_EQ(decoded.error().code, Errc::unsupported) << r.why;
    }
}

std::string random_utf8(std::mt19937& random) {
    std::string out;
    const auto length = random() % 12;
    for (std::uint32_t i = 0; i < length; ++i) {
        constexpr char32_t kTops[] = {0x7F, 0x100, 0x800, 0x3000, 0x10000, 0x110000};
        const char32_t c = random() % kTops[random() % std::size(kTops)];
        const bool surrogate = c >= 0xD800 && c < 0xE000;
        append_utf8(out, surrogate ? U'&' : c);
    }
    return out;
}

TEST(Mutf7, WhatIsEncodedDecodes) {
    std::mt19937 random(1);  // NOLINT: the same run every time
    for (int i = 0; i < 20'000; ++i) {
        const std::string utf8 = random_utf8(random);
        const std::string mutf7 = encode_mutf7(utf8);
        const auto decoded = decode_mutf7(mutf7);
        ASSERT_TRUE(decoded) << mutf7;
        ASSERT_EQ(*decoded, utf8) << mutf7;
    }
}

// A name has one spelling only, so a client gets back what it gave.
TEST(Mutf7, WhatDecodesEncodesToTheSameOctets) {
    std::mt19937 random(2);  // NOLINT
    int decoded_count = 0;
    for (int i = 0; i < 200'000; ++i) {
        std::string text;
        const auto length = random() % 9;
        for (std::uint32_t k = 0; k < length; ++k)
            text += "&&--AO8wQg,+a"[random() % 13];
        const auto decoded = decode_mutf7(text);
        if (!decoded) continue;
        ++decoded_count;
        ASSERT_EQ(encode_mutf7(*decoded), text);
    }
    EXPECT_GT(decoded_count, 1000);
}

}  // namespace
}  // namespace loam::imap
