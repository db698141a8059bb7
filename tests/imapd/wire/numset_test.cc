#include "imapd/wire/numset.h"

#include <algorithm>
#include <random>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace loam::imap {
namespace {

struct Case {
    const char* why;
    std::string_view text;
    std::string_view want;
};
constexpr Case kCases[] = {
    {"one number", "7", "7"},
    {"a range", "2:4", "2:4"},
    {"a range may be written backwards", "4:2", "2:4"},
    {"a range of one is a number", "5:5", "5"},
    {"sorted", "9,1,5", "1,5,9"},
    {"neighbours merge", "1,2,3", "1:3"},
    {"overlaps merge", "1:5,3:9", "1:9"},
    {"a range within another", "1:9,3", "1:9"},
    {"star is the highest number, whatever it is", "5:*", "5:*"},
    {"star first", "*:5", "5:*"},
    {"star alone", "*", "*"},
    {"star to star", "*:*", "*"},
    {"star among others comes last", "*,3,1:2", "1:3,*"},
    {"two open items say more than one", "7:*,5:*", "5:*,7:*"},
    {"the same open item twice", "5:*,*:5", "5:*"},
    {"the last search", "$", "$"},
    {"the greatest number", "4294967295", "4294967295"},
    {"merging at the top does not wrap", "4294967294,4294967295", "4294967294:4294967295"},
    {"zero is no message", "0", "refused"},
    {"zero in a range", "0:5", "refused"},
    {"leading zero", "01", "refused"},
    {"one more than 32 bits can hold", "4294967296", "refused"},
    {"many digits", "99999999999999999999", "refused"},
    {"nothing", "", "refused"},
    {"a comma at the end", "1,", "refused"},
    {"a comma in front", ",1", "refused"},
    {"two commas", "1,,2", "refused"},
    {"a range without its end", "1:", "refused"},
    {"a range without its beginning", ":1", "refused"},
    {"three ends", "1:2:3", "refused"},
    {"a space", "1, 2", "refused"},
    {"a minus", "1-2", "refused"},
    {"$ is alone", "1,$", "refused"},
    {"$ is alone, first too", "$,1", "refused"},
    {"$ is no end of a range", "$:5", "refused"},
    {"star with a number stuck to it", "*5", "refused"},
};

TEST(NumSet, ParsesAndPrints) {
    for (const Case& c : kCases) {
        const auto set = parse_sequence_set(c.text);
        EXPECT_EQ(set ? to_string(*set) : "refused", c.want) << c.why;
    }
}

TEST(NumSet, WhatWePrintWeParseBack) {
    for (const Case& c : kCases) {
        const auto set = parse_sequence_set(c.text);
        if (!set) continue;
        const auto again = parse_sequence_set(to_string(*set));
        ASSERT_TRUE(again) << c.why;
        EXPECT_EQ(*again, *set) << c.why;
    }
}

TEST(NumSet, NumberOfItemsIsBounded) {
    std::string text = "1";
    for (std::size_t i = 1; i < kSetItemsMax; ++i)
        text += ",1";
    EXPECT_TRUE(parse_sequence_set(text));
    EXPECT_EQ(parse_sequence_set(text + ",1").error().code, Errc::limit);
}

struct ResolveCase {
    const char* why;
    std::string_view text;
    std::uint32_t max;
    std::string_view want;
};
constexpr ResolveCase kResolved[] = {
    {"without star the highest does not matter", "1:3", 2, "1:3"},
    {"up to the highest", "5:*", 9, "5:9"},
    {"beyond it the range turns around", "5:*", 3, "3:5"},
    {"star alone", "*", 9, "9"},
    {"star merges with its neighbours", "1:8,*", 9, "1:9"},
    {"no messages, so nothing", "*", 0, ""},
    {"no messages, and an open range", "1:*", 0, ""},
};

TEST(NumSet, Resolves) {
    for (const ResolveCase& c : kResolved) {
        const auto set = parse_sequence_set(c.text);
        ASSERT_TRUE(set) << c.why;
        EXPECT_EQ(to_string(set->resolve(c.max)), c.want) << c.why;
    }
}

TEST(NumSet, HighestLooksAtWhatWasWrittenOut) {
    EXPECT_EQ(parse_sequence_set("3,7:5")->highest(), 7U);
    EXPECT_EQ(parse_sequence_set("3,9:*")->highest(), 3U);
    EXPECT_EQ(parse_sequence_set("*")->highest(), 0U);
    EXPECT_TRUE(parse_sequence_set("1,*")->has_star());
}

TEST(NumSet, UidSetHasNoStarAndNoDollar) {
    EXPECT_EQ(to_string(*parse_uid_set("3,1:2")), "1:3");
    EXPECT_FALSE(parse_uid_set("1:*"));
    EXPECT_FALSE(parse_uid_set("$"));
}

TEST(NumSet, FromSortedIsCompact) {
    EXPECT_EQ(to_string(NumSet::from_sorted(std::vector<std::uint32_t>{1, 2, 3, 7, 9, 10})),
              "1:3,7,9:10");
    EXPECT_EQ(to_string(NumSet{}), "");
}

// RFC 5267 section 3.2.
TEST(NumSet, AnOrderIsKept) {
    const auto printed = [](std::vector<std::uint32_t> numbers) { return to_ordered_set(numbers); };
    EXPECT_EQ(printed({}), "");
    EXPECT_EQ(printed({7, 5, 6, 9}), "7,5:6,9");
    EXPECT_EQ(printed({3, 2, 1}), "3,2,1");
    EXPECT_EQ(printed({1, 2, 3, 10, 11}), "1:3,10:11");
    EXPECT_EQ(printed({4'294'967'294U, 4'294'967'295U, 1}), "4294967294:4294967295,1");
}

// Against a plain set of numbers.
TEST(NumSet, AddsLikeASet) {
    std::mt19937 random(4);  // NOLINT: the same run every time
    for (int run = 0; run < 300; ++run) {
        NumSet set;
        std::set<std::uint32_t> model;
        for (int i = 0; i < 30; ++i) {
            const std::uint32_t first = 1 + static_cast<std::uint32_t>(random() % 80);
            const std::uint32_t last = first + static_cast<std::uint32_t>(random() % 6);
            set.add(NumRange{first, last});
            for (std::uint32_t n = first; n <= last; ++n)
                model.insert(n);
            ASSERT_EQ(set.count(), model.size());
        }
        for (std::uint32_t n = 1; n < 90; ++n)
            ASSERT_EQ(set.contains(n), model.contains(n)) << n;
        const std::vector<std::uint32_t> sorted(model.begin(), model.end());
        ASSERT_EQ(set, NumSet::from_sorted(sorted));
        ASSERT_EQ(set.min(), sorted.front());
        ASSERT_EQ(set.max(), sorted.back());
        ASSERT_EQ(*parse_uid_set(to_string(set)), set);
        const std::size_t begin = random() % sorted.size();
        const std::size_t end = begin + random() % (sorted.size() - begin + 1);
        const auto part = std::span(sorted).subspan(begin, end - begin);
        ASSERT_EQ(set.slice(begin, end), NumSet::from_sorted(part));
    }
}

}  // namespace
}  // namespace loam::imap
