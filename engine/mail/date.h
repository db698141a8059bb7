#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace loam::mail {

struct ParsedDate {
    std::int64_t utc_seconds = 0;   ///< since 1970
    std::int16_t zone_minutes = 0;  ///< east of Greenwich; 0 where it is missing or makes no sense
    friend bool operator==(const ParsedDate&, const ParsedDate&) = default;
};

/// Reads a Date: field: RFC 5322 section 3.3 with the obsolete forms of section 4.3 (two-digit
/// years, zone names, comments). As RFC 5256 section 2.2 has it, a time that makes no sense is
/// 00:00:00 and such a zone is UTC. Nothing if there is no valid day.
std::optional<ParsedDate> parse_date(std::string_view body);

/// Days since 1970 of a civil date (proleptic Gregorian).
std::int64_t days_from_civil(std::int64_t year, unsigned month, unsigned day);

}  // namespace loam::mail
