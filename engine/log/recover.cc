#include "engine/log/recover.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "engine/log/segment_files.h"

namespace loam {
namespace {

constexpr std::uint64_t kZeroStepBytes = 1U << 20;

/// A group may have come to the page cache or the device's own, and be read from there, without
/// having come to rest. Before it is applied it has to be durable: an index that knows more than
/// the log would find no group at its position after the next crash.
Task<Status> sync_newest(io::Disk& disk, std::string dir) {
    LOAM_CO_TRY(const std::vector<SegmentId> ids, co_await list_segments(disk, dir));
    constexpr std::size_t kNewest = 2;  // the one being written, and the next
    for (std::size_t i = ids.size() - std::min(ids.size(), kNewest); i < ids.size(); ++i) {
        LOAM_CO_TRY(const std::unique_ptr<io::File> file,
                    co_await disk.open(segment_path(dir, ids[i]), io::OpenMode::write));
        LOAM_CO_TRY_STATUS(co_await file->sync());
    }
    co_return Status::good();
}

Task<Result<LogTail>> walk(io::Disk& disk, std::string dir, ScanOptions options, LogPosition from,
                           GroupVisitor visit) {
    LogScanner scanner(disk, std::move(dir), options);
    LOAM_CO_TRY_STATUS(co_await scanner.open(from));
    while (true) {
        LOAM_CO_TRY(std::optional<ScannedGroup> group, co_await scanner.next());
        if (!group) break;
        LOAM_CO_TRY_STATUS(co_await visit(*std::move(group)));
    }
    co_return scanner.tail();
}

Task<Status> zero_tail(io::Disk& disk, std::string path, LogTail tail) {
    LOAM_CO_TRY(const std::unique_ptr<io::File> file,
                co_await disk.open(path, io::OpenMode::write));
    const ByteVector zeros(std::min(tail.torn_bytes, kZeroStepBytes));
    const std::uint64_t end = tail.offset + tail.torn_bytes;
    for (std::uint64_t at = tail.offset; at < end;) {
        const std::uint64_t step = std::min<std::uint64_t>(zeros.size(), end - at);
        LOAM_CO_TRY_STATUS(co_await file->write(at, Bytes(zeros).first(step)));
        at += step;
    }
    co_return co_await file->sync();
}

}  // namespace

Task<Result<LogTail>> recover_log(io::Disk& disk, std::string dir, ScanOptions options,
                                  LogPosition from, GroupVisitor visit) {
    LOAM_CO_TRY_STATUS(co_await sync_newest(disk, dir));
    LOAM_CO_TRY(LogTail tail, co_await walk(disk, dir, options, from, std::move(visit)));
    if (tail.torn_bytes > 0) {
        LOAM_CO_TRY_STATUS(co_await zero_tail(disk, segment_path(dir, tail.segment), tail));
    }
    co_return tail;
}

Task<Result<LogTail>> inspect_log(io::Disk& disk, std::string dir, ScanOptions options,
                                  LogPosition from, GroupVisitor visit) {
    co_return co_await walk(disk, std::move(dir), options, from, std::move(visit));
}

}  // namespace loam
