#include "engine/codec/quoted_printable.h"

#include <gtest/gtest.h>

#include "tests/engine/codec/samples.h"

namespace loam {
namespace {

using codec_test::Random;

std::string decode(const std::vector<Bytes>& pieces) {
    ByteVector out;
    QuotedPrintableDecoder decoder;
    for (const Bytes piece : pieces)
        decoder.feed(piece, out);
    decoder.finish(out);
    return std::string(as_text(out));
}

std::vector<Bytes> octets_of(std::string_view text) {
    std::vector<Bytes> octets;
    octets.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i)
        octets.push_back(as_bytes(text.substr(i, 1)));
    return octets;
}

struct Case {
    std::string_view why;
    std::string_view encoded;
    std::string_view want;
};

constexpr Case kCases[] = {
    {"plain text stays", "Hello, world\r\n", "Hello, world\r\n"},
    {"an escape is an octet", "caf=C3=A9", "caf\xC3\xA9"},
    {"lower case digits are tolerated", "=c3=a9=3d", "\xC3\xA9="},
    {"a soft break joins lines", "one =\r\ntwo", "one two"},
    {"a soft break with LF alone", "one=\ntwo", "onetwo"},
    {"white space between = and the line end", "one= \t\r\ntwo", "onetwo"},
    {"a soft break at the end of the input", "one=", "one"},
    {"and with white space", "one= ", "one"},
    {"white space before a line end is dropped", "one \t\r\ntwo", "one\r\ntwo"},
    {"white space before LF alone is dropped", "one  \ntwo", "one\ntwo"},
    {"white space at the end of the input is dropped", "one \t ", "one"},
    {"a line of white space", "one\r\n  \r\ntwo", "one\r\n\r\ntwo"},
    {"white space inside a line stays", "one \t two", "one \t two"},
    {"white space before = stays", "one =3D", "one ="},
    {"escaped white space stays", "one=20\r\n", "one \r\n"},
    {"no hex digits", "1=X2", "1=X2"},
    {"one hex digit", "a=4", "a=4"},
    {"one hex digit, then something else", "a=4x", "a=4x"},
    {"one hex digit, then a line end", "a=4\r\nb", "a=4\r\nb"},
    {"two equal signs", "a==41", "a=A"},
    {"= and white space, then text", "a= b", "a= b"},
    {"= and CR, then text", "a=\rb", "a=\rb"},
    {"= and CR at the end", "a=\r", "a=\r"},
    {"= and white space, then an escape", "a= =41", "a= A"},
    {"a CR alone is text", "a\rb \rc", "a\rb \rc"},
    {"two CRs", "a \r\r\nb", "a \r\r\nb"},
    {"white space and a CR at the end", "a \r", "a \r"},
    {"octets above 127 stay", "na\xC3\xAFve", "na\xC3\xAFve"},
    {"an escaped line end is text", "a=0D=0Ab", "a\r\nb"},
    {"nothing", "", ""},
};

TEST(QuotedPrintable, Decodes) {
    for (const Case& c : kCases) {
        EXPECT_EQ(decode({as_bytes(c.encoded)}), c.want) << c.why;
        EXPECT_EQ(decode(octets_of(c.encoded)), c.want) << c.why << ", an octet at a time";
    }
}

TEST(QuotedPrintable, HoldsBackABoundedRunOfWhiteSpace) {
    const std::string spaces(kQpWhiteSpaceBytesMax, ' ');
    EXPECT_EQ(decode({as_bytes("a" + spaces + "\r\n")}), "a\r\n");
    const std::string longer = "a" + spaces + "  \r\nb";
    EXPECT_EQ(decode({as_bytes(longer)}), "a" + spaces + "\r\nb");
    EXPECT_EQ(decode(octets_of(longer)), "a" + spaces + "\r\nb");
}

TEST(QuotedPrintable, DoesNotDependOnTheCuts) {
    constexpr std::string_view kOctets = "==aF4Gz \t\r\n\r\n";
    for (std::uint64_t seed = 1; seed <= 500; ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        std::string encoded;
        const std::size_t size = codec_test::below(random, 200);
        while (encoded.size() < size)
            encoded += kOctets[codec_test::below(random, kOctets.size())];
        const std::string whole = decode({as_bytes(encoded)});
        EXPECT_EQ(decode(octets_of(encoded)), whole);
        EXPECT_EQ(decode(codec_test::random_cuts(random, as_bytes(encoded))), whole);
    }
}

TEST(QuotedPrintable, WhatIsEncodedDecodesBack) {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        const ByteVector plain = codec_test::chance(random, 2)
                                     ? codec_test::noise(random, codec_test::below(random, 500))
                                     : codec_test::prose(random, codec_test::below(random, 500));
        std::string want;  // LF comes back as CRLF
        for (const char c : as_text(plain)) {
            if (c == '\n' && (want.empty() || want.back() != '\r')) want += '\r';
            want += c;
        }
        ByteVector encoded;
        quoted_printable_encode(plain, encoded);
        EXPECT_EQ(decode({encoded}), want);
        std::size_t line_chars = 0;
        for (const char c : as_text(encoded)) {
            line_chars = c == '\n' ? 0 : line_chars + 1;
            ASSERT_LE(line_chars, 77U);  // 76 and the CR
            ASSERT_TRUE(c == '\r' || c == '\n' || c == '\t' || (c >= 32 && c < 127));
        }
    }
}

}  // namespace
}  // namespace loam
