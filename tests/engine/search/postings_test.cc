#include "engine/search/postings.h"

#include <random>

#include <gtest/gtest.h>

namespace loam::lookup {
namespace {

std::vector<Doc> sample(std::mt19937_64& random, Doc total, double share) {
    std::bernoulli_distribution in_list(share);
    std::vector<Doc> docs;
    for (Doc doc = 0; doc < total; ++doc) {
        if (in_list(random)) docs.push_back(doc);
    }
    return docs;
}

TEST(Bits, NumbersComeBackAsTheyWere) {
    std::mt19937_64 random(1);
    for (int round = 0; round < 200; ++round) {
        std::vector<std::uint32_t> numbers(1 + random() % 300);
        for (std::uint32_t& number : numbers)
            number = static_cast<std::uint32_t>(random() >> (32 + random() % 32)) | 1;
        ByteVector octets;
        BitWriter out(octets);
        for (const std::uint32_t number : numbers) {
            out.gamma(number);
            out.unary(number % 131);
            out.bits(number, 32);
        }
        out.finish();
        BitReader in(octets);
        for (const std::uint32_t number : numbers) {
            ASSERT_EQ(in.gamma(), number);
            ASSERT_EQ(in.unary(130), number % 131);
            ASSERT_EQ(in.bits(32), number);
        }
        ASSERT_TRUE(in.ok());
        (void)in.bits(8);
        EXPECT_FALSE(in.ok()) << "at most seven bits fill the last octet up";
    }
}

TEST(Postings, ListsOfEveryDensityComeBack) {
    std::mt19937_64 random(2);
    for (const Doc total : {1U, 2U, 63U, 64U, 512U, 40'000U}) {
        for (const double share : {0.0, 0.001, 0.02, 0.3, 0.5, 0.51, 0.9, 0.999, 1.0}) {
            const std::vector<Doc> docs = sample(random, total, share);
            ByteVector octets;
            BitWriter out(octets);
            write_postings(docs, total, out);
            out.bits(5, 3);  // what follows is not touched
            out.finish();
            const auto count = static_cast<Doc>(docs.size());
            BitReader in(octets);
            std::vector<Doc> again;
            read_postings(in, count, total, again);
            EXPECT_EQ(in.bits(3), 5U);
            EXPECT_TRUE(in.ok());
            EXPECT_EQ(again, docs) << total << " documents, share " << share;
            BitReader skipping(octets);
            skip_postings(skipping, count, total);
            EXPECT_EQ(skipping.bits(3), 5U);
        }
    }
}

TEST(Postings, TakeLittleMoreThanTheyMust) {
    std::mt19937_64 random(3);
    constexpr Doc kTotal = 40'000;
    struct Case {
        double share;
        double bits_max;  // a document of the segment; the entropy is a few per cent below
    };
    for (const Case& one : {Case{0.5, 1.01}, {0.1, 0.50}, {0.01, 0.086}, {0.9, 0.50}}) {
        ByteVector octets;
        BitWriter out(octets);
        write_postings(sample(random, kTotal, one.share), kTotal, out);
        out.finish();
        EXPECT_LT(static_cast<double>(octets.size()) * 8 / kTotal, one.bits_max) << one.share;
    }
}

TEST(Postings, WhatCannotBeIsRefused) {
    const ByteVector nothing;
    BitReader in(nothing);
    std::vector<Doc> docs;
    read_postings(in, 3, 10, docs);
    EXPECT_FALSE(in.ok()) << "the octets end";

    ByteVector octets;
    BitWriter out(octets);
    write_postings(std::vector<Doc>{90}, 100, out);
    out.finish();
    BitReader narrow(octets);
    docs.clear();
    read_postings(narrow, 1, 64, docs);
    EXPECT_TRUE(!narrow.ok() || docs.front() < 64) << "no document beyond the last";
}

}  // namespace
}  // namespace loam::lookup
