#include "engine/codec/base64.h"

#include <gtest/gtest.h>

#include "tests/engine/codec/samples.h"

namespace loam {
namespace {

using codec_test::Random;

std::string encode(std::string_view plain) {
    std::string out(base64_chars(plain.size()), '?');
    base64_encode(as_bytes(plain), std::as_writable_bytes(std::span(out)));
    return out;
}

std::string decode_canonical(std::string_view chars) {
    ByteVector out(base64_plain_max(chars.size()));
    const auto size = base64_decode_canonical(as_bytes(chars), out);
    if (!size) return "refused";
    return std::string(as_text(Bytes(out).first(*size)));
}

std::string decode_mail(const std::vector<Bytes>& pieces) {
    ByteVector out;
    Base64Decoder decoder;
    for (const Bytes piece : pieces)
        decoder.feed(piece, out);
    decoder.finish(out);
    return std::string(as_text(out));
}

struct Vector {
    std::string_view plain;
    std::string_view chars;
};

// RFC 4648 section 10.
constexpr Vector kVectors[] = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
    {"\xFB\xFF\xBF", "+/+/"},
};

TEST(Base64, GivesTheVectorsOfTheStandard) {
    for (const Vector& v : kVectors) {
        EXPECT_EQ(encode(v.plain), v.chars);
        EXPECT_EQ(decode_canonical(v.chars), v.plain);
        EXPECT_EQ(decode_mail({as_bytes(v.chars)}), v.plain);
    }
}

TEST(Base64, EverySizeComesBack) {
    Random random(1);
    for (std::size_t size = 0; size < 300; ++size) {
        const ByteVector plain = codec_test::noise(random, size);
        const std::string chars = encode(as_text(plain));
        EXPECT_EQ(decode_canonical(chars), as_text(plain)) << size;
        EXPECT_EQ(decode_mail({as_bytes(chars)}), as_text(plain)) << size;
    }
}

struct Case {
    std::string_view why;
    std::string_view chars;
    std::string_view want;
};

constexpr Case kNotCanonical[] = {
    {"a quantum is cut short", "Zm9vYg", "refused"},
    {"pad bits are not zero, one octet", "Zh==", "refused"},
    {"pad bits are not zero, two octets", "Zm9=", "refused"},
    {"padding in the middle", "Zg==Zg==", "refused"},
    {"padding alone", "====", "refused"},
    {"three pads", "Z===", "refused"},
    {"a pad, then a character", "Zg=A", "refused"},
    {"a space", "Zm 9", "refused"},
    {"a line end", "Zm9v\r\nZm9v\r\n", "refused"},
    {"the alphabet for file names", "-_-_", "refused"},
    {"an octet above 127", "Zm9\xE9", "refused"},
    {"junk in an early quantum", "Z*9vZm9vZm9vZm9v", "refused"},
};

TEST(Base64, CanonicalRefusesEverythingElse) {
    for (const Case& c : kNotCanonical)
        EXPECT_EQ(decode_canonical(c.chars), c.want) << c.why;
}

constexpr Case kMail[] = {
    {"line ends are skipped", "Zm9v\r\nYmFy\r\n", "foobar"},
    {"a line end inside a quantum", "Zm\r\n9v\nYm\nFy", "foobar"},
    {"junk is skipped", "Zm9v!*YmFy \t", "foobar"},
    {"padding may be missing, two characters", "Zm9vYg", "foob"},
    {"padding may be missing, three characters", "Zm9vYmE", "fooba"},
    {"half a pad is enough", "Zg=", "f"},
    {"one character alone is lost", "Zm9vY", "foo"},
    {"what follows padding is no data", "Zg==\r\nA list footer", "f"},
    {"padding where none can be is skipped", "=Zm9v=YmFy", "foobar"},
    {"padding after one character is skipped", "Z=m9v", "foo"},
    {"pad bits are ignored", "Zh==", "f"},
    {"octets above 127 are skipped",
     "Zm\xC3\xA4"
     "9v",
     "foo"},
    {"only junk", "-- \r\n", ""},
};

TEST(Base64Decoder, TakesWhatComesInMail) {
    for (const Case& c : kMail) {
        EXPECT_EQ(decode_mail({as_bytes(c.chars)}), c.want) << c.why;
        // The same, an octet at a time.
        std::vector<Bytes> octets;
        octets.reserve(c.chars.size());
        for (std::size_t i = 0; i < c.chars.size(); ++i)
            octets.push_back(as_bytes(c.chars.substr(i, 1)));
        EXPECT_EQ(decode_mail(octets), c.want) << c.why;
    }
}

TEST(Base64Decoder, SaysWhenPaddingEndedTheData) {
    ByteVector out;
    Base64Decoder decoder;
    decoder.feed(as_bytes("Zm9"), out);
    EXPECT_FALSE(decoder.ended());
    decoder.feed(as_bytes("="), out);
    EXPECT_TRUE(decoder.ended());
    decoder.feed(as_bytes("Zm9v"), out);
    decoder.finish(out);
    EXPECT_EQ(as_text(out), "fo");
}

TEST(Base64Decoder, DoesNotDependOnTheCuts) {
    constexpr std::string_view kOctets = "ABCDwxyz0189+/+/=\r\n *";
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        std::string encoded;
        const std::size_t size = codec_test::below(random, 400);
        const bool padded = codec_test::chance(random, 2);
        while (encoded.size() < size) {
            const char c = kOctets[codec_test::below(random, kOctets.size())];
            if (c != '=' || padded) encoded += c;
        }
        const std::string whole = decode_mail({as_bytes(encoded)});
        const auto pieces = codec_test::random_cuts(random, as_bytes(encoded));
        EXPECT_EQ(decode_mail(pieces), whole);
    }
}

}  // namespace
}  // namespace loam
