#include "engine/check/replay_log.h"

#include <utility>

#include "engine/keep/replay.h"
#include "engine/log/segment_files.h"

namespace loam::check {

namespace {

/// What may wait between the two threads.
constexpr std::size_t kQueuedRecordsMax = 16U << 10;

Task<Status> take(const std::function<Status(const ScannedGroup&)>* seen, ApplyAhead* ahead,
                  ScannedGroup group) {
    LOAM_CO_TRY_STATUS((*seen)(group));
    co_return ahead->push(std::move(group));
}

}  // namespace

ApplyAhead::ApplyAhead(Index& into) : index_(into), thread_([this] { run(); }) {}

ApplyAhead::~ApplyAhead() {
    if (thread_.joinable()) (void)finish();
}

Status ApplyAhead::push(ScannedGroup group) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return queued_records_ < kQueuedRecordsMax || !status_; });
    if (!status_) return status_;
    queued_records_ += group.records.size();
    queue_.push_back(std::move(group));
    changed_.notify_all();
    return Status::good();
}

Status ApplyAhead::finish() {
    {
        const std::scoped_lock lock(mutex_);
        finishing_ = true;
        changed_.notify_all();
    }
    thread_.join();
    return status_;
}

void ApplyAhead::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return !queue_.empty() || finishing_; });
        if (queue_.empty()) return;
        const ScannedGroup group = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        Status applied = index_.apply(keep::to_apply(group));
        lock.lock();
        queued_records_ -= group.records.size();
        if (!applied) {
            status_ = std::move(applied);
            queue_.clear();
            changed_.notify_all();
            return;
        }
        changed_.notify_all();
    }
}

Task<Result<LogTail>> replay_log(io::Disk& disk, std::string root, ScanOptions options, Index& into,
                                 std::function<Status(const ScannedGroup&)> seen) {
    ApplyAhead ahead(into);
    const GroupVisitor visit = [&](ScannedGroup group) {
        return take(&seen, &ahead, std::move(group));
    };
    Result<LogTail> walked =
        co_await inspect_log(disk, log_dir(root, 0), options, LogPosition{}, visit);
    const Status applied = ahead.finish();
    if (!walked) co_return walked;
    if (!applied) co_return applied.error();
    co_return walked;
}

}  // namespace loam::check
