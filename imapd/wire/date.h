#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace loam::imap {

/// A moment and the zone it was written in: RFC 9051 section 2.3.3 keeps both.
struct DateTime {
    std::int64_t unix_seconds = 0;
    std::int16_t zone_minutes = 0;  ///< east of Greenwich
    friend bool operator==(const DateTime&, const DateTime&) = default;
};

/// A day without time and zone, as SEARCH compares them: days since 1970-01-01.
struct Date {
    std::int32_t days = 0;
    friend auto operator<=>(const Date&, const Date&) = default;
};

/// date-text of RFC 9051 section 9: "1-Feb-1994". Errors: invalid; 30-Feb is no day.
Result<Date> parse_date(std::string_view text);
/// What stands between the quotes of date-time: " 1-Feb-1994 21:52:25 -0800". One digit without the
/// space is taken too, and a leap second. Errors: invalid.
Result<DateTime> parse_date_time(std::string_view text);

std::string to_string(Date date);  ///< "1-Feb-1994"
std::string to_string(
    const DateTime& when);  ///< " 1-Feb-1994 21:52:25 -0800", no quotes; years 0 to 9999, clamped

void append_date_time(std::string& out, const DateTime& when);  ///< the same

/// The day on which `when` falls in its own zone, which is how BEFORE, ON and SINCE see it: RFC
/// 9051 section 6.4.4.
Date day_of(const DateTime& when);

}  // namespace loam::imap
