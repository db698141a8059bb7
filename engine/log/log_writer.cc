#include "engine/log/log_writer.h"

#include <algorithm>
#include <utility>

#include "engine/base/check.h"
#include "engine/log/group.h"
#include "engine/log/segment_files.h"

namespace loam {
namespace {

/// A larger buffer is given back after use.
constexpr std::size_t kBufferBytesKept = 4U << 20;

}  // namespace

LogWriter::LogWriter(io::Loop& loop, io::Disk& disk, std::string dir, StoreId store,
                     LogWriterOptions options, Callbacks callbacks)
    : loop_(loop),
      disk_(disk),
      dir_(std::move(dir)),
      store_(store),
      options_(options),
      callbacks_(std::move(callbacks)),
      next_(loop, disk, dir_, options.segment_bytes, options.room_retry, [this] { wake_.set(); }) {
    LOAM_CHECK(options_.segment_bytes % kGroupAlignBytes == 0);
    LOAM_CHECK(options_.segment_bytes >= kSegmentBytesMin);
}

LogWriter::~LogWriter() = default;

Task<Status> LogWriter::open(LogTail tail) {
    LOAM_CHECK(!opened_);
    tail_ = tail;
    if (!tail_.closed) {
        LOAM_CO_TRY(file_, co_await disk_.open(segment_path(dir_, tail_.segment),
                                               io::OpenMode::write_direct));
    }
    next_.prepare(tail_.segment + 1);
    noop_due_ = true;
    gate_.spawn(run());
    co_await started_.wait();
    co_return open_status_;
}

void LogWriter::submit(std::unique_ptr<Submission> submission) {
    LOAM_CHECK(!closing_);
    LOAM_CHECK(fits(*submission));
    if (failed_) return;
    queued_bytes_ += size_of(*submission);
    (submission->chunk ? chunks_ : commits_).push_back(std::move(submission));
    wake_.set();
}

std::vector<std::unique_ptr<Submission>> LogWriter::withdraw_chunks(
    const std::function<bool(const Submission&)>& which) {
    std::vector<std::unique_ptr<Submission>> withdrawn;
    std::erase_if(chunks_, [&](std::unique_ptr<Submission>& submission) {
        if (!which(*submission)) return false;
        queued_bytes_ -= size_of(*submission);
        withdrawn.push_back(std::move(submission));
        return true;
    });
    return withdrawn;
}

void LogWriter::applied(Lsn end) {
    while (!unapplied_.empty() && unapplied_.front().first <= end) {
        unapplied_bytes_ -= unapplied_.front().second;
        unapplied_.pop_front();
    }
    wake_.set();
}

Task<void> LogWriter::close() {
    closing_ = true;
    wake_.set();
    co_await gate_.close();
    co_await next_.close();
    loop_.cancel(std::exchange(idle_timer_, 0));
    file_.reset();
}

bool LogWriter::fits(const Submission& submission) const {
    GroupSize size;
    size.add(submission);
    return !submission.records.empty() && size.records() <= kGroupRecordsMax &&
           size.total_bytes() <= group_bytes_max();
}

std::uint64_t LogWriter::group_bytes_max() const {
    return std::min(kGroupBytesMax,
                    options_.segment_bytes - kSegmentHeaderBytes - kGroupAlignBytes);
}

std::uint64_t LogWriter::room_bytes() const {
    const std::uint64_t used = tail_.offset + kGroupAlignBytes;
    const std::uint64_t here =
        tail_.closed || used > tail_.segment_bytes ? 0 : tail_.segment_bytes - used;
    return here +
           (next_.ready() ? next_.segment_bytes() - kSegmentHeaderBytes - kGroupAlignBytes : 0);
}

std::uint64_t LogWriter::size_of(const Submission& submission) {
    GroupSize size;
    size.add(submission);
    return size.total_bytes();
}

Task<void> LogWriter::run() {
    while (!failed_) {
        if (!next_.status()) {
            fail_with(next_.status().error());
        } else if (may_write()) {
            Batch batch = take_batch();
            const Status written = co_await write_batch(std::move(batch));
            if (!written) fail_with(written.error());
        } else if (closing_ && idle()) {
            if (vouched_) break;
            noop_due_ = true;
        } else {
            co_await wake_.wait();
        }
    }
}

bool LogWriter::idle() const {
    return commits_.empty() && chunks_.empty() && !noop_due_;
}

bool LogWriter::may_write() const {
    return !idle() && unapplied_bytes_ <= options_.unapplied_bytes_max;
}

/// Whole transactions up to the target, commits first; at least one chunk, so that uploads go on.
LogWriter::Batch LogWriter::take_batch() {
    Batch batch;
    GroupSize size;
    take_from(commits_, batch, size);
    take_from(chunks_, batch, size);
    noop_due_ = false;  // any group vouches for those before it
    return batch;
}

void LogWriter::take_from(std::deque<std::unique_ptr<Submission>>& queue, Batch& batch,
                          GroupSize& size) {
    bool first = true;
    while (!queue.empty()) {
        GroupSize with = size;
        with.add(*queue.front());
        const std::uint64_t most = group_bytes_max();
        const std::uint64_t limit = first ? most : std::min(most, options_.group_bytes_target);
        if (with.total_bytes() > limit || with.records() > kGroupRecordsMax) break;
        size = with;
        queued_bytes_ -= size_of(*queue.front());
        batch.push_back(std::move(queue.front()));
        queue.pop_front();
        first = false;
    }
}

Task<Status> LogWriter::write_batch(Batch batch) {
    GroupSize size;
    for (const auto& submission : batch)
        size.add(*submission);
    const std::uint64_t bytes = batch.empty() ? kGroupAlignBytes : size.total_bytes();
    const Status room = co_await make_room(bytes);
    if (!room && room.error().code == Errc::no_room && opened_) {
        vouched_ = true;  // closing with a full disk: nothing more can be written
        co_return Status::good();
    }
    if (!room) co_return room;
    co_return co_await write_group(std::move(batch), 0);
}

/// Leaves the log at a place where a group of `group_bytes` fits. The closing group's own octets
/// are never given away. Waits for a next segment as long as there is no room for one.
Task<Status> LogWriter::make_room(std::uint64_t group_bytes) {
    if (!tail_.closed && tail_.offset + group_bytes + kGroupAlignBytes <= tail_.segment_bytes) {
        co_return Status::good();
    }
    while (!next_.ready()) {
        if (!next_.status()) co_return next_.status();
        if (next_.no_room() && (closing_ || !opened_)) {
            co_return fail(Errc::no_room, dir_ + ": no room for the next segment");
        }
        co_await wake_.wait();
    }
    if (!tail_.closed) {
        LOAM_CO_TRY_STATUS(co_await write_group({}, kGroupClosed));
        tail_.closed = true;
    }
    co_return co_await switch_segment();
}

Task<Status> LogWriter::switch_segment() {
    file_ = next_.take();
    const SegmentHeader header{
        .store = store_,
        .log = 0,
        .segment = tail_.segment + 1,
        .signature = loop_.random(),
        .previous = tail_.segment,
        .previous_chain = tail_.position.chain,
        .created_us = loop_.wall_now(),
    };
    io::AlignedBuffer block(kSegmentHeaderBytes);
    encode_segment_header(header, block.span().first<kSegmentHeaderBytes>());
    LOAM_CO_TRY_STATUS(co_await file_->write_durable(0, block.span()));
    tail_.segment = header.segment;
    tail_.closed = false;
    tail_.signature = header.signature;
    tail_.segment_bytes = next_.segment_bytes();
    tail_.offset = kSegmentHeaderBytes;
    ++stats_.segments_opened;
    next_.prepare(tail_.segment + 1);
    co_return Status::good();
}

Task<Status> LogWriter::write_group(Batch batch, std::uint32_t flags) {
    GroupSize size;
    for (const auto& submission : batch)
        size.add(*submission);
    const std::uint64_t bytes = batch.empty() ? kGroupAlignBytes : size.total_bytes();
    if (buffer_.size() < bytes) {
        buffer_ = io::AlignedBuffer(std::max(bytes, options_.group_bytes_target));
    }
    const std::uint64_t room = tail_.segment_bytes - tail_.offset;
    LOAM_CHECK(bytes + ((flags & kGroupClosed) != 0 ? 0 : kGroupAlignBytes) <= room);
    GroupHeader header;
    header.signature = tail_.signature;
    header.lsn = make_lsn(tail_.segment, tail_.offset);
    header.durable = tail_.position.end;
    header.previous_chain = tail_.position.chain;
    header.wall_us = std::max(tail_.wall_us, loop_.wall_now());
    header.flags = flags;
    const Hash128 chain = assemble_group(header, batch, buffer_.span().first(bytes));
    const io::Monotonic begun = loop_.now();
    LOAM_CO_TRY_STATUS(co_await file_->write_durable(tail_.offset, buffer_.span().first(bytes)));
    if (buffer_.size() > kBufferBytesKept) buffer_ = io::AlignedBuffer();

    tail_.offset += bytes;
    tail_.position = {.end = make_lsn(tail_.segment, tail_.offset), .chain = chain};
    tail_.wall_us = header.wall_us;
    deliver({.lsn = header.lsn,
             .end = tail_.position,
             .wall_us = header.wall_us,
             .submissions = std::move(batch),
             .took = loop_.now() - begun},
            bytes);
    co_return Status::good();
}

void LogWriter::deliver(DurableGroup group, std::uint64_t group_bytes) {
    ++stats_.groups;
    stats_.transactions += group.submissions.size();
    stats_.written_bytes += group_bytes;
    vouched_ = group.submissions.empty();
    if (vouched_) ++stats_.noop_groups;
    unapplied_.emplace_back(group.end.end, group_bytes);
    unapplied_bytes_ += group_bytes;
    last_group_at_ = loop_.now();
    if (!vouched_) arm_idle_timer();
    callbacks_.on_durable(std::move(group));
    if (!opened_) {
        opened_ = true;
        started_.set();
    }
}

void LogWriter::arm_idle_timer() {
    if (idle_timer_ != 0) return;
    idle_timer_ = loop_.call_at(last_group_at_ + options_.idle, [this] { on_idle_timer(); });
}

void LogWriter::on_idle_timer() {
    idle_timer_ = 0;
    if (vouched_) return;
    if (loop_.now() < last_group_at_ + options_.idle) {
        arm_idle_timer();
        return;
    }
    noop_due_ = true;
    wake_.set();
}

void LogWriter::fail_with(Error error) {
    failed_ = true;
    commits_.clear();
    chunks_.clear();
    if (opened_) {
        callbacks_.on_fatal(std::move(error));
        return;
    }
    open_status_ = std::move(error);
    started_.set();
}

}  // namespace loam
