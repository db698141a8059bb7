// What we print of a date we parse back as the same date; and any moment and zone can be printed.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "engine/base/check.h"
#include "imapd/wire/date.h"

namespace loam::imap {
namespace {

void check(std::string_view text) {
    if (const auto date = parse_date(text)) {
        const auto again = parse_date(to_string(*date));
        LOAM_CHECK(again && *again == *date);
    }
    if (const auto when = parse_date_time(text)) {
        const std::string printed = to_string(*when);
        const auto again = parse_date_time(printed);
        LOAM_CHECK(again && to_string(*again) == printed);
        // A leap second at the very end of the calendar is the one moment that has no next minute.
        if (printed.find("-9999 23:59:59") == std::string::npos) LOAM_CHECK(*again == *when);
    }
    DateTime any;
    if (text.size() >= sizeof(any.unix_seconds) + sizeof(any.zone_minutes)) {
        std::memcpy(&any.unix_seconds, text.data(), sizeof(any.unix_seconds));
        std::memcpy(&any.zone_minutes, text.data() + sizeof(any.unix_seconds),
                    sizeof(any.zone_minutes));
        const auto again = parse_date_time(to_string(any));
        LOAM_CHECK(again && to_string(*again) == to_string(any));
        LOAM_CHECK(parse_date(to_string(day_of(any))).ok());
    }
}

}  // namespace
}  // namespace loam::imap

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    loam::imap::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
