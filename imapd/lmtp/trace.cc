#include "imapd/lmtp/trace.h"

#include <array>
#include <ctime>

namespace loam::lmtp {

namespace {

std::string printable(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) out.push_back(c);
    }
    return out;
}

/// RFC 3848, RFC 6531 section 4.3.
std::string protocol(const Trace& trace) {
    return std::string(trace.utf8 ? "UTF8LMTP" : "LMTP") + (trace.secure ? "S" : "");
}

/// RFC 5322 section 3.3, in UTC, whatever the locale.
std::string date_text(std::int64_t wall_us) {
    static constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed",
                                                      "Thu", "Fri", "Sat"};
    static constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::time_t seconds = static_cast<std::time_t>(wall_us / 1'000'000);
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    std::array<char, 16> clock{};
    const std::size_t size = std::strftime(clock.data(), clock.size(), "%H:%M:%S", &utc);
    return std::string(kDays.at(static_cast<std::size_t>(utc.tm_wday))) + ", " +
           std::to_string(utc.tm_mday) + " " + kMonths.at(static_cast<std::size_t>(utc.tm_mon)) +
           " " + std::to_string(utc.tm_year + 1900) + " " + std::string(clock.data(), size) +
           " +0000";
}

}  // namespace

std::string trace_header(const Trace& trace) {
    return "Return-Path: <" + printable(trace.sender) +
           ">\r\nDelivered-To: " + printable(trace.recipient) + "\r\nReceived: from " +
           printable(trace.client) + " (" + printable(trace.peer) + ")\r\n\tby " +
           printable(trace.host) + " with " + protocol(trace) + ";\r\n\t" +
           date_text(trace.wall_us) + "\r\n";
}

}  // namespace loam::lmtp
