#include "engine/check/place_index.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <memory>
#include <system_error>

#include "engine/index/state_cursor.h"

namespace loam::check {

namespace {

constexpr std::size_t kCacheBytes = 32U << 20;

Status remove_tree(const std::string& path) {
    std::error_code error;
    std::filesystem::remove_all(path, error);
    if (error) return fail(Errc::io, path + ": " + error.message());
    return Status::good();
}

bool exists(const std::string& path) {
    std::error_code unknown;  // then a rename will say what is wrong
    return std::filesystem::exists(path, unknown);
}

Status rename_to(const std::string& from, const std::string& to) {
    if (rename(from.c_str(), to.c_str()) == 0) return Status::good();
    return fail(Errc::io, "rename " + from + " to " + to + ": " + std::strerror(errno));
}

/// The new index where the old one was, which is then at names.aside. Where the file system cannot
/// exchange two names at once, there is no index for a moment.
Status exchange(const IndexNames& names) {
    if (renameat2(AT_FDCWD, names.fresh.c_str(), AT_FDCWD, names.place.c_str(), RENAME_EXCHANGE) ==
        0)
        return rename_to(names.fresh, names.aside);
    if (errno != ENOENT && errno != EINVAL && errno != ENOSYS) {
        return fail(Errc::io, "exchange " + names.fresh + " and " + names.place + ": " +
                                  std::strerror(errno));
    }
    if (exists(names.place)) LOAM_TRY_STATUS(rename_to(names.place, names.aside));
    return rename_to(names.fresh, names.place);
}

}  // namespace

Status remove_leftovers(const IndexNames& names) {
    if (!exists(names.place) && exists(names.aside))
        LOAM_TRY_STATUS(rename_to(names.aside, names.place));
    LOAM_TRY_STATUS(remove_tree(names.fresh));
    return remove_tree(names.aside);
}

Status write_index(const Index& state, const IndexNames& names) {
    IndexOptions options;
    options.cache_bytes = kCacheBytes;
    options.write_buffer_bytes = 1U << 20;  // nothing goes through it
    LOAM_TRY(const auto written, Index::open(names.fresh, std::move(options)));
    LOAM_TRY_STATUS(written->load(state.view(ReadTier::may_block)));
    LOAM_TRY(const auto differences,
             compare(state.view(ReadTier::may_block), written->view(ReadTier::may_block), 1));
    if (differences.empty()) return Status::good();
    return fail(Errc::corrupt, names.fresh + ": " + describe(differences.front().key) +
                                   " is not what was written a moment ago");
}

Task<Status> place_index(io::Disk& disk, std::string root, std::string keep) {
    const IndexNames names(root);
    LOAM_CO_TRY_STATUS(co_await disk.sync_dir(names.fresh));
    LOAM_CO_TRY_STATUS(co_await disk.sync_dir(root));
    LOAM_CO_TRY_STATUS(exchange(names));
    if (!keep.empty() && exists(names.aside)) {
        LOAM_CO_TRY_STATUS(rename_to(names.aside, keep));
    }
    LOAM_CO_TRY_STATUS(co_await disk.sync_dir(root));
    co_return remove_leftovers(names);
}

}  // namespace loam::check
