#include "engine/log/next_segment.h"

#include <algorithm>
#include <utility>

#include "engine/base/check.h"
#include "engine/log/segment_files.h"

namespace loam {

NextSegment::NextSegment(io::Loop& loop, io::Disk& disk, std::string dir,
                         std::uint64_t segment_bytes, std::chrono::nanoseconds room_retry,
                         std::function<void()> on_change)
    : loop_(loop),
      disk_(disk),
      dir_(std::move(dir)),
      segment_bytes_(segment_bytes),
      room_retry_(room_retry),
      on_change_(std::move(on_change)) {}

void NextSegment::prepare(SegmentId id) {
    LOAM_CHECK(!file_);
    gate_.spawn(run(id));
}

std::unique_ptr<io::File> NextSegment::take() {
    LOAM_CHECK(file_);
    return std::move(file_);
}

Task<void> NextSegment::close() {
    closing_ = true;
    loop_.cancel(std::exchange(retry_timer_, 0));
    retry_.set();
    co_await gate_.close();
    file_.reset();
}

Task<void> NextSegment::run(SegmentId id) {
    const std::string path = segment_path(dir_, id);
    while (!closing_) {
        const Status made = co_await make(path);
        no_room_ = !made && made.error().code == Errc::no_room;
        if (!no_room_) {
            status_ = made;
            break;
        }
        on_change_();
        retry_timer_ = loop_.call_at(loop_.now() + room_retry_, [this] { retry_.set(); });
        co_await retry_.wait();
    }
    on_change_();
}

// The name never goes away again: the segment before it may be closed already, and a log that ends
// so has lost a segment.
Task<Status> NextSegment::make(std::string path) {
    LOAM_CO_TRY(std::unique_ptr<io::File> file, co_await open_leftover(path));
    const bool created = file == nullptr;
    if (created) {
        LOAM_CO_TRY(file, co_await disk_.open(path, io::OpenMode::create_direct));
    }
    Status allocated = co_await file->allocate(segment_bytes_);
    if (!allocated) {
        file.reset();
        if (created) {
            LOAM_CO_TRY_STATUS(co_await disk_.unlink(path));  // what it took would be missed
        }
        co_return allocated;
    }
    Status synced = co_await file->sync();
    if (synced) synced = co_await disk_.sync_dir(dir_);
    // For want of room or not: a sync is never retried, since what it dropped is in no later one.
    if (!synced) co_return fail(Errc::io, synced.error().what);
    file_ = std::move(file);
    co_return Status::good();
}

/// The file that an earlier process made ready, or began to, and never began. What it wrote of a
/// header is taken away: recovery saw that no group is in it, and another signature keeps the rest
/// from being taken for one.
Task<Result<std::unique_ptr<io::File>>> NextSegment::open_leftover(std::string path) {
    Result<std::unique_ptr<io::File>> opened =
        co_await disk_.open(path, io::OpenMode::write_direct);
    if (!opened && opened.error().code == Errc::not_found) co_return nullptr;
    if (!opened) co_return std::move(opened.error());
    std::unique_ptr<io::File> file = *std::move(opened);
    io::AlignedBuffer header(kSegmentHeaderBytes);
    LOAM_CO_TRY(const std::size_t got, co_await file->read(0, header.span()));
    const auto is_zero = [](std::byte b) { return b == std::byte{0}; };
    if (std::ranges::all_of(header.span().first(got), is_zero)) co_return file;
    std::ranges::fill(header.span(), std::byte{0});
    LOAM_CO_TRY_STATUS(co_await file->write(0, header.span()));
    co_return file;
}

}  // namespace loam
