#include "engine/log/segment_files.h"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace loam {
namespace {

constexpr std::string_view kSuffix = ".seg";
constexpr std::size_t kDigits = 8;

std::string hex8(SegmentId id) {
    std::string text(kDigits, '0');
    for (std::size_t i = kDigits; i > 0; --i, id >>= 4)
        text[i - 1] = "0123456789abcdef"[id & 15];
    return text;
}

/// 0 for what is not the name of a segment.
SegmentId parse_name(std::string_view name) {
    SegmentId id = 0;
    std::from_chars(name.data(), name.data() + name.size(), id, 16);
    return name == hex8(id) + std::string(kSuffix) ? id : 0;
}

}  // namespace

std::string log_dir(const std::string& root, std::uint32_t log) {
    return root + "/log/" + std::to_string(log);
}

std::string segment_path(const std::string& dir, SegmentId id) {
    return dir + "/" + hex8(id) + std::string(kSuffix);
}

Task<Result<std::vector<SegmentId>>> list_segments(io::Disk& disk, std::string dir) {
    LOAM_CO_TRY(const std::vector<std::string> names, co_await disk.list(dir));
    std::vector<SegmentId> ids;
    for (const std::string& name : names) {
        const SegmentId id = parse_name(name);
        if (id != 0) ids.push_back(id);
    }
    std::ranges::sort(ids);
    co_return ids;
}

std::string describe_place(const std::string& dir, SegmentId id, std::uint64_t offset) {
    return segment_path(dir, id) + " at " + std::to_string(offset);
}

}  // namespace loam
