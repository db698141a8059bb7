#include "imapd/wire/date.h"

#include <limits>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace loam::imap {
namespace {

struct Case {
    const char* why;
    std::string_view text;
    std::string_view want;
};
constexpr Case kDates[] = {
    {"one digit", "1-Feb-1994", "1-Feb-1994"},
    {"two digits", "01-Feb-1994", "1-Feb-1994"},
    {"any case", "31-dEC-1999", "31-Dec-1999"},
    {"leap day", "29-Feb-2000", "29-Feb-2000"},
    {"the first year", "1-Jan-0000", "1-Jan-0000"},
    {"the last day", "31-Dec-9999", "31-Dec-9999"},
    {"no leap day", "29-Feb-1900", "refused"},
    {"no such day", "31-Apr-2000", "refused"},
    {"day zero", "0-Jan-2000", "refused"},
    {"three digits", "001-Jan-2000", "refused"},
    {"no such month", "1-Foo-2000", "refused"},
    {"month as a number", "1-02-2000", "refused"},
    {"two digits of a year", "1-Jan-00", "refused"},
    {"five digits of a year", "1-Jan-20000", "refused"},
    {"a space in front belongs to date-time", " 1-Jan-2000", "refused"},
    {"something behind", "1-Jan-2000 ", "refused"},
    {"cut short", "1-Jan", "refused"},
    {"nothing", "", "refused"},
};

TEST(Date, ParsesAndPrints) {
    for (const Case& c : kDates) {
        const auto date = parse_date(c.text);
        EXPECT_EQ(date ? to_string(*date) : "refused", c.want) << c.why;
    }
    EXPECT_EQ(parse_date("1-Jan-1970")->days, 0);
    EXPECT_EQ(parse_date("31-Dec-1969")->days, -1);
    EXPECT_LT(*parse_date("31-Dec-1999"), *parse_date("1-Jan-2000"));
}

constexpr Case kDateTimes[] = {
    {"the RFC's example", "17-Jul-1996 02:44:25 -0700", "17-Jul-1996 02:44:25 -0700"},
    {"one digit after its space", " 1-Feb-1994 21:52:25 -0800", " 1-Feb-1994 21:52:25 -0800"},
    {"one digit without it", "1-Feb-1994 21:52:25 -0800", " 1-Feb-1994 21:52:25 -0800"},
    {"east, with minutes", "01-Jan-2000 00:00:00 +0530", " 1-Jan-2000 00:00:00 +0530"},
    {"minus nothing is nothing", "01-Jan-2000 00:00:00 -0000", " 1-Jan-2000 00:00:00 +0000"},
    {"a leap second is the next minute", "31-Dec-1998 23:59:60 +0000",
     " 1-Jan-1999 00:00:00 +0000"},
    {"the far west", "01-Jan-2000 00:00:00 -2400", " 1-Jan-2000 00:00:00 -2400"},
    {"zone beyond a day", "01-Jan-2000 00:00:00 +2401", "refused"},
    {"zone with 60 minutes", "01-Jan-2000 00:00:00 +0060", "refused"},
    {"zone by name", "01-Jan-2000 00:00:00 GMT", "refused"},
    {"zone without sign", "01-Jan-2000 00:00:00 0000", "refused"},
    {"no zone", "01-Jan-2000 00:00:00", "refused"},
    {"hour 24", "01-Jan-2000 24:00:00 +0000", "refused"},
    {"minute 60", "01-Jan-2000 00:60:00 +0000", "refused"},
    {"second 61", "01-Jan-2000 00:00:61 +0000", "refused"},
    {"one digit of an hour", "01-Jan-2000 0:00:00 +0000", "refused"},
    {"no such day", "31-Feb-2000 00:00:00 +0000", "refused"},
    {"two spaces", "01-Jan-2000  00:00:00 +0000", "refused"},
    {"something behind", "01-Jan-2000 00:00:00 +00000", "refused"},
    {"nothing", "", "refused"},
};

TEST(DateTime, ParsesAndPrints) {
    for (const Case& c : kDateTimes) {
        const auto when = parse_date_time(c.text);
        EXPECT_EQ(when ? to_string(*when) : "refused", c.want) << c.why;
    }
    const auto when = parse_date_time("17-Jul-1996 02:44:25 -0700");
    EXPECT_EQ(when->unix_seconds, 837'596'665);
    EXPECT_EQ(when->zone_minutes, -420);
}

TEST(DateTime, TheDayIsThatOfItsOwnZone) {
    EXPECT_EQ(day_of(*parse_date_time("01-Jan-2000 00:30:00 +0100")), *parse_date("1-Jan-2000"));
    EXPECT_EQ(day_of(*parse_date_time("31-Dec-1999 23:30:00 -1100")), *parse_date("31-Dec-1999"));
}

TEST(DateTime, WhatWePrintWeParseBack) {
    std::mt19937_64 random(5);  // NOLINT: the same run every time
    for (int i = 0; i < 20'000; ++i) {
        const DateTime when{
            .unix_seconds = static_cast<std::int64_t>(random() % 300'000'000'000) - 60'000'000'000,
            .zone_minutes = static_cast<std::int16_t>(static_cast<int>(random() % 2880) - 1440),
        };
        const auto again = parse_date_time(to_string(when));
        ASSERT_TRUE(again) << to_string(when);
        if (when.unix_seconds > 0 && when.unix_seconds < 200'000'000'000) {
            ASSERT_EQ(*again, when);
        }
    }
}

// A damaged row must not stop the server: what is beyond the calendar is printed as its edge.
TEST(DateTime, TheUnprintableIsClamped) {
    constexpr auto kLow = std::numeric_limits<std::int64_t>::min();
    constexpr auto kHigh = std::numeric_limits<std::int64_t>::max();
    EXPECT_EQ(to_string(DateTime{kHigh, 0}), "31-Dec-9999 23:59:59 +0000");
    EXPECT_EQ(to_string(DateTime{kLow, 0}), " 1-Jan-0000 00:00:00 +0000");
    EXPECT_EQ(to_string(DateTime{0, 32'767}), " 2-Jan-1970 00:00:00 +2400");
    EXPECT_EQ(to_string(Date{std::numeric_limits<std::int32_t>::max()}), "31-Dec-9999");
}

}  // namespace
}  // namespace loam::imap
