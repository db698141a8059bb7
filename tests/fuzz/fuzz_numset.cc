// What we print of a set we parse back as the same set, and its numbers are where it says.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/base/check.h"
#include "imapd/wire/numset.h"

namespace loam::imap {
namespace {

void check_numbers(const NumSet& set) {
    std::uint64_t count = 0;
    std::uint64_t before = 0;  // ranges ascend and leave a gap
    for (const NumRange& range : set.ranges()) {
        LOAM_CHECK(range.first <= range.last);
        LOAM_CHECK(before == 0 || range.first > before + 1);
        LOAM_CHECK(set.contains(range.first) && set.contains(range.last));
        LOAM_CHECK(range.first == 1 || !set.contains(range.first - 1));
        count += std::uint64_t{range.last} - range.first + 1;
        before = range.last;
    }
    LOAM_CHECK(count == set.count());
    if (set.empty()) return;
    const auto again = parse_uid_set(to_string(set));
    LOAM_CHECK(again && *again == set);
}

void check(std::string_view text) {
    const auto set = parse_sequence_set(text);
    if (!set) return;
    const auto again = parse_sequence_set(to_string(*set));
    LOAM_CHECK(again && *again == *set);
    if (set->is_saved()) return;
    for (const std::uint32_t max : {0U, 1U, 1000U, 4'294'967'295U})
        check_numbers(set->resolve(max));
}

}  // namespace
}  // namespace loam::imap

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    loam::imap::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
