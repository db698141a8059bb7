#include "engine/check/dump.h"

#include "engine/index/index.h"
#include "engine/index/state_cursor.h"
#include "engine/keep/lock_file.h"
#include "engine/log/dump.h"
#include "engine/log/segment_files.h"

namespace loam::check {

Status dump_index(const std::string& path, std::string_view prefix,
                  const std::function<void(std::string_view)>& line) {
    LOAM_TRY(const auto lock, keep::LockFile::acquire(path));
    IndexOptions options;
    options.read_only = true;
    LOAM_TRY(const auto index, Index::open(path + "/db", std::move(options)));
    const IndexView view = index->view(ReadTier::may_block);
    StateCursor cursor(view);
    for (;;) {
        LOAM_TRY(const auto entry, cursor.next());
        if (!entry) return {};
        const std::string key = describe(entry->key);
        if (key.starts_with(prefix)) line(key + " = " + describe(entry->key, entry->value));
    }
}

Task<Status> dump_log_segment(io::Disk& disk, std::string path, std::uint32_t segment,
                              std::function<void(std::string_view)> line) {
    co_return co_await dump_segment(disk, segment_path(log_dir(path, 0), segment), std::move(line));
}

Task<Result<std::vector<std::uint32_t>>> log_segments(io::Disk& disk, std::string path) {
    co_return co_await list_segments(disk, log_dir(path, 0));
}

}  // namespace loam::check
