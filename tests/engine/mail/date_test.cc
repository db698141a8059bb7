// Dates: RFC 5322 section 3.3 and 4.3, RFC 5256 section 2.2.
#include "engine/mail/date.h"

#include <string>

#include <gtest/gtest.h>

namespace loam::mail {
namespace {

constexpr std::int64_t kNone = INT64_MIN;

struct Case {
    const char* why;
    const char* text;
    std::int64_t seconds;
    int zone;
};

constexpr Case kCases[] = {
    {"the epoch", "Thu, 1 Jan 1970 00:00:00 +0000", 0, 0},
    {"zone east", "Thu, 01 Jan 1970 02:30:00 +0230", 0, 150},
    {"zone west", "Wed, 31 Dec 1969 16:00:00 -0800", 0, -480},
    {"RFC 5256's example", "31 Dec 2000 16:01:33 -0800", 978307293, -480},
    {"no seconds", "1 Jan 1970 00:01 +0000", 60, 0},
    {"folding and comments", "Thu,\r\n 13\r\n Feb\r\n 1969\r\n 23:32\r\n -0330 (Newfoundland)",
     -27723480, -210},
    {"RFC 5322 appendix A.6.3: comments inside", "Fri, 21 Nov 1997 09(c):   55  :  06 -0600",
     880127706, -360},
    {"a leap second", "30 Jun 2012 23:59:60 +0000", 1341100800, 0},
    {"a leap day", "29 Feb 2000 00:00:00 +0000", 951782400, 0},
    {"obsolete zone name", "1 Jan 1970 00:00:00 EST", 18000, -300},
    {"zone names in any case", "1 Jan 1970 00:00:00 pdt", 25200, -420},
    {"GMT and UT", "1 Jan 1970 00:00:00 GMT", 0, 0},
    {"a military letter tells nothing", "1 Jan 1970 00:00:00 A", 0, 0},
    {"an unknown zone is UTC", "1 Jan 1970 00:00:00 MEZ", 0, 0},
    {"a zone that cannot be is UTC", "1 Jan 1970 00:00:00 +9999", 0, 0},
    {"no zone", "1 Jan 1970 00:00:00", 0, 0},
    {"two digits of this century", "21 Nov 02 00:00:00 +0000", 1037836800, 0},
    {"two digits of the last century", "21 Nov 97 00:00:00 +0000", 880070400, 0},
    {"three digits", "1 Jan 100 00:00:00 +0000", 946684800, 0},
    {"four digits with a 0, from programs of 2000", "22 Aug 0102 00:00:00 +0000", 1029974400, 0},
    {"RFC 850 dashes", "Thursday, 01-Jan-70 00:00:10 GMT", 10, 0},
    {"asctime", "Thu Jan  1 00:00:10 1970", 10, 0},
    {"a month's full name", "1 January 1970 00:00:00 +0000", 0, 0},
    {"no weekday's comma", "Thu 1 Jan 1970 00:00:00 +0000", 0, 0},
    {"a time that cannot be is 00:00:00", "1 Jan 1970 25:00:00 +0000", 0, 0},
    {"no time at all", "1 Jan 1970", 0, 0},
    {"fractions are dropped", "1 Jan 1970 00:00:01.5 +0000", 1, 0},
    {"no such day", "31 Feb 2001 00:00:00 +0000", kNone, 0},
    {"a leap day in a year without", "29 Feb 1900 00:00:00 +0000", kNone, 0},
    {"day 0", "0 Jan 2001 00:00:00 +0000", kNone, 0},
    {"no month", "1 2001 00:00:00 +0000", kNone, 0},
    {"no year", "1 Jan 00:00:00 +0000", kNone, 0},
    {"words", "yesterday", kNone, 0},
    {"nothing", "", kNone, 0},
    {"a year too long", "1 Jan 20011 00:00:00 +0000", kNone, 0},
};

TEST(Date, Reads) {
    for (const Case& c : kCases) {
        const auto date = parse_date(c.text);
        EXPECT_EQ(date ? date->utc_seconds : kNone, c.seconds) << c.why;
        if (date) {
            EXPECT_EQ(date->zone_minutes, c.zone) << c.why;
        }
    }
}

TEST(Date, CountsDays) {
    EXPECT_EQ(days_from_civil(1970, 1, 1), 0);
    EXPECT_EQ(days_from_civil(2000, 3, 1), 11017);
    EXPECT_EQ(days_from_civil(1600, 2, 29), -135081);
    EXPECT_EQ(days_from_civil(1, 1, 1), -719162);
}

}  // namespace
}  // namespace loam::mail
