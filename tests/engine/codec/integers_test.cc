#include <array>
#include <limits>

#include <gtest/gtest.h>

#include "engine/codec/le.h"
#include "engine/codec/varint.h"
#include "tests/engine/codec/samples.h"

namespace loam {
namespace {

using codec_test::hex;
using codec_test::Random;

TEST(Integers, LieInTheStatedOrder) {
    ByteVector out;
    ByteWriter writer(out);
    writer.u8(0x01);
    writer.u16(0x0203);
    writer.u32(0x04050607);
    writer.u64(0x08090A0B0C0D0E0F);
    writer.be16(0x0203);
    writer.be32(0x04050607);
    writer.be64(0x08090A0B0C0D0E0F);
    EXPECT_EQ(hex(out),
              "01030207060504"
              "0f0e0d0c0b0a0908"
              "0203"
              "04050607"
              "08090a0b0c0d0e0f");

    ByteReader reader(out);
    EXPECT_EQ(reader.u8(), 0x01);
    EXPECT_EQ(reader.u16(), 0x0203);
    EXPECT_EQ(reader.u32(), 0x04050607U);
    EXPECT_EQ(reader.u64(), 0x08090A0B0C0D0E0FU);
    EXPECT_EQ(reader.be16(), 0x0203);
    EXPECT_EQ(reader.be32(), 0x04050607U);
    EXPECT_EQ(reader.be64(), 0x08090A0B0C0D0E0FU);
    EXPECT_TRUE(reader.finish());
}

struct VarintCase {
    std::string_view why;
    std::uint64_t value;
    std::string_view octets;
};

constexpr VarintCase kVarints[] = {
    {"zero takes an octet", 0, "00"},
    {"the largest of one octet", 127, "7f"},
    {"the smallest of two", 128, "8001"},
    {"an example with bits in both", 300, "ac02"},
    {"64 bits take ten octets", std::numeric_limits<std::uint64_t>::max(), "ffffffffffffffffff01"},
};

TEST(Varint, EncodesAndDecodes) {
    for (const VarintCase& c : kVarints) {
        ByteVector out;
        ByteWriter(out).varint(c.value);
        EXPECT_EQ(hex(out), c.octets) << c.why;
        EXPECT_EQ(varint_bytes(c.value), out.size()) << c.why;
        ByteReader reader(out);
        EXPECT_EQ(reader.varint(), c.value) << c.why;
        EXPECT_TRUE(reader.finish()) << c.why;
    }
}

struct RefusedCase {
    std::string_view why;
    std::vector<unsigned> octets;
    std::string_view error;
};

TEST(Varint, RefusesWhatTheWriterNeverMakes) {
    const RefusedCase cases[] = {
        {"nothing", {}, "row: cut short"},
        {"an octet is promised and missing", {0x80}, "row: cut short"},
        {"zero in two octets", {0x80, 0x00}, "row: number not in its shortest form"},
        {"65 bits",
         {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02},
         "row: number of more than 64 bits"},
        {"eleven octets",
         {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x81, 0x00},
         "row: number of more than 64 bits"},
    };
    for (const RefusedCase& c : cases) {
        ByteVector in;
        for (const unsigned octet : c.octets)
            in.push_back(static_cast<std::byte>(octet));
        ByteReader reader(in, "row");
        EXPECT_EQ(reader.varint(), 0U) << c.why;
        const Status status = reader.finish();
        ASSERT_FALSE(status) << c.why;
        EXPECT_EQ(status.error().code, Errc::corrupt) << c.why;
        EXPECT_EQ(status.error().what, c.error) << c.why;
    }
}

TEST(Varint, SmallNegativeNumbersStaySmall) {
    constexpr std::int64_t kValues[] = {0,
                                        -1,
                                        1,
                                        -2,
                                        2,
                                        -64,
                                        63,
                                        std::numeric_limits<std::int64_t>::min(),
                                        std::numeric_limits<std::int64_t>::max()};
    for (const std::int64_t value : kValues) {
        ByteVector out;
        ByteWriter(out).svarint(value);
        EXPECT_EQ(out.size() == 1, value >= -64 && value <= 63) << value;
        ByteReader reader(out);
        EXPECT_EQ(reader.svarint(), value);
    }
}

TEST(ByteReader, AFailureSticks) {
    const ByteVector in = codec_test::to_vector("abc");
    ByteReader reader(in, "row");
    EXPECT_EQ(reader.u8(), 'a');
    EXPECT_EQ(reader.u32(), 0U);  // only two are left
    EXPECT_EQ(reader.u8(), 0U);   // though one would have been there
    EXPECT_TRUE(reader.bytes(0).empty());
    EXPECT_EQ(reader.count(10), 0U);
    EXPECT_FALSE(reader.ok());
    reader.refuse("a later reason");
    EXPECT_EQ(reader.finish().error().what, "row: cut short");
}

TEST(ByteReader, RefusesWhatIsLeftOver) {
    const ByteVector in = codec_test::to_vector("ab");
    ByteReader reader(in, "row");
    EXPECT_EQ(reader.u8(), 'a');
    EXPECT_TRUE(reader.status());
    EXPECT_EQ(reader.finish().error().what, "row: octets left over");
}

TEST(ByteReader, StringsAndCountsAreBounded) {
    ByteVector in;
    ByteWriter writer(in);
    writer.string("INBOX");
    writer.varint(3);
    writer.bytes(as_bytes("xyz"));
    ByteReader good(in);
    EXPECT_EQ(good.string(5), "INBOX");
    EXPECT_EQ(good.count(3), 3U);
    EXPECT_EQ(as_text(good.rest()), "xyz");
    EXPECT_TRUE(good.finish());

    ByteReader too_long(in);
    EXPECT_EQ(too_long.string(4), "");
    EXPECT_FALSE(too_long.ok());

    ByteReader too_many(in);
    EXPECT_EQ(too_many.string(5), "INBOX");
    EXPECT_EQ(too_many.count(10, 2), 0U);  // three items of two octets, and three octets are left
    EXPECT_EQ(too_many.status().error().what, "bytes: more items than octets");

    ByteReader above_max(in);
    EXPECT_EQ(above_max.string(5), "INBOX");
    EXPECT_EQ(above_max.count(2), 0U);
    EXPECT_EQ(above_max.status().error().what, "bytes: number too large");
}

TEST(ByteReader, ReadsBackRandomFields) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        std::vector<std::uint64_t> values;
        ByteVector out;
        ByteWriter writer(out);
        for (std::size_t i = 0; i < 50; ++i) {
            values.push_back(random() >> codec_test::below(random, 64));
            writer.varint(values.back());
        }
        ByteReader reader(out);
        for (const std::uint64_t value : values)
            EXPECT_EQ(reader.varint(), value);
        EXPECT_TRUE(reader.finish());
    }
}

}  // namespace
}  // namespace loam
