#include "engine/record/column.h"

#include <random>
#include <string>

#include <gtest/gtest.h>

namespace loam {
namespace {

std::string hex(Bytes octets) {
    std::string text;
    for (const std::byte octet : octets) {
        const auto value = std::to_integer<unsigned>(octet);
        text += "0123456789abcdef"[value >> 4];
        text += "0123456789abcdef"[value & 15];
    }
    return text;
}

ByteVector from_hex(std::string_view text) {
    ByteVector octets;
    for (std::size_t i = 0; i < text.size(); i += 2)
        octets.push_back(std::byte(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
    return octets;
}

struct Case {
    const char* why;
    Column values;
    std::string octets;
};

TEST(Column, IsWrittenAsThePageSays) {
    const Case cases[] = {
        {"nothing at all still names its form", {}, "00"},
        {"one value is its difference from zero", {5}, "000a"},
        {"a value that falls has a negative difference", {5, 3}, "000a03"},
        {"equal values are one step and one run of nothing", {7, 7, 7, 7, 7}, "010e010004"},
        {"consecutive values from 1 are a single run", {1, 2, 3, 4, 5, 6}, "010206"},
        {"runs that save nothing are not made", {1, 2}, "000202"},
        {"differences wrap around", {~std::uint64_t{0}, 0}, "000102"},
    };
    for (const Case& c : cases) {
        ByteVector octets;
        ByteWriter out(octets);
        put_column(out, c.values);
        EXPECT_EQ(hex(octets), c.octets) << c.why;
        ByteReader in(octets);
        EXPECT_EQ(get_column(in, c.values.size()), c.values) << c.why;
        EXPECT_TRUE(in.finish().ok()) << c.why;
    }
}

struct Refusal {
    const char* why;
    std::string octets;
    std::size_t count;
};

TEST(Column, RefusesWhatCannotBe) {
    const Refusal cases[] = {
        {"no octet at all", "", 0},
        {"an unknown form", "020a", 1},
        {"fewer values than asked for", "000a", 2},
        {"a run of no length", "010a00", 1},
        {"a run longer than the column", "010a03", 2},
        {"a run without its length", "010a", 1},
        {"runs that end too early", "010a01", 2},
        {"a difference longer than it needs to be", "008a00", 1},
    };
    for (const Refusal& c : cases) {
        const ByteVector octets = from_hex(c.octets);
        ByteReader in(octets);
        EXPECT_TRUE(get_column(in, c.count).empty()) << c.why;
        EXPECT_FALSE(in.finish().ok()) << c.why;
    }
}

TEST(Column, GivesBackWhatWasPut) {
    std::mt19937_64 random(1);
    for (int round = 0; round < 2000; ++round) {
        Column values(random() % 40);
        const std::uint64_t alphabet = 1 + random() % 4;
        const std::uint64_t unit = random() >> (random() % 64);
        for (std::uint64_t& value : values)
            value = random() % alphabet * unit;
        ByteVector octets;
        ByteWriter out(octets);
        put_column(out, values);
        EXPECT_LE(octets.size(), 1 + values.size() * kVarintBytesMax);
        ByteReader in(octets);
        EXPECT_EQ(get_column(in, values.size()), values) << "round " << round;
        EXPECT_TRUE(in.finish().ok());
    }
}

TEST(Column, AMillionEqualStepsTakeAFewOctets) {
    Column values;
    for (std::uint64_t i = 0; i < 1'000'000; ++i)
        values.push_back(1000 + 3 * i);
    ByteVector octets;
    ByteWriter out(octets);
    put_column(out, values);
    EXPECT_LE(octets.size(), 10U);
}

}  // namespace
}  // namespace loam
