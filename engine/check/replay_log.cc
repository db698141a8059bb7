#include "engine/check/replay_log.h"

#include <utility>

#include "engine/keep/replay.h"
#include "engine/keep/snapshot.h"
#include "engine/log/log_reader.h"
#include "engine/log/segment_files.h"

namespace loam::check {

namespace {

/// What may wait between the two threads.
constexpr std::size_t kQueuedRecordsMax = 16U << 10;

}  // namespace

ApplyAhead::ApplyAhead(Index& into, const LogSurvey& survey)
    : index_(into), survey_(survey), thread_([this] { run(); }) {}

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

Status ApplyAhead::apply(const ScannedGroup& group) {
    static const Record kNothing = NoopRecord{};
    GroupToApply apply = keep::to_apply(group);
    for (AppliedRecord& record : apply.records) {
        if (survey_.covers(record.account, group.lsn)) record.record = &kNothing;
    }
    return index_.apply(apply);
}

void ApplyAhead::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return !queue_.empty() || finishing_; });
        if (queue_.empty()) return;
        const ScannedGroup group = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        Status applied = apply(group);
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

namespace {

Task<Status> restore(LogReader& log, AccountId account, std::span<const Place> places,
                     Index& into) {
    for (const Place& place : places) {
        LOAM_CO_TRY(const ByteVector octets, co_await log.read(place));
        LOAM_CO_TRY(const auto entries, keep::decode_snapshot_part(octets));
        LOAM_CO_TRY_STATUS(into.restore(account, entries));
    }
    co_return Status::good();
}

Task<Status> check_parts(LogReader& log, std::span<const Place> places) {
    for (const Place& place : places) {
        LOAM_CO_TRY_STATUS(co_await log.read(place));
    }
    co_return Status::good();
}

/// Damage in a snapshot is no loss as long as all that it stands for is there as well.
Task<Status> restore_all(io::Disk& disk, std::string dir, LogSurvey& survey, Index& into) {
    LOAM_CO_TRY(const auto segments, co_await list_segments(disk, dir));
    const bool all_there =
        !segments.empty() && segments.front() == 1 && segments.back() == segments.size();
    LogReader log(disk, dir);
    const auto snapshots = survey.snapshots();
    for (const auto& [account, snapshot] : snapshots) {
        Status restored = co_await check_parts(log, snapshot.places);
        if (!restored && restored.error().code == Errc::corrupt && all_there) {
            survey.forget(account);
            continue;
        }
        if (restored) restored = co_await restore(log, account, snapshot.places, into);
        if (restored) continue;
        co_return fail(
            restored.error().code,
            "snapshot of account " + std::to_string(account.value) + ": " + restored.error().what);
    }
    co_return Status::good();
}

}  // namespace

Task<Result<LogTail>> replay_log(io::Disk& disk, std::string root, StoreId store, Index& into,
                                 std::function<Status(const ScannedGroup&)> seen,
                                 std::int64_t until_us) {
    const std::string dir = log_dir(root, 0);
    LogSurvey survey;
    Status usable;
    auto surveyed = co_await survey_log(disk, dir, store, until_us);
    if (surveyed) survey = *std::move(surveyed);
    if (!surveyed) usable = surveyed.error();
    if (usable) usable = co_await restore_all(disk, dir, survey, into);
    if (!usable && usable.error().code != Errc::corrupt) co_return usable.error();

    ApplyAhead ahead(into, survey);
    LogScanner scanner(disk, dir, {.store = store, .allow_gaps = true});
    Status walked = co_await scanner.open(LogPosition{});
    while (walked) {
        auto group = co_await scanner.next();
        if (!group) walked = group.error();
        if (!group || !*group || (*group)->wall_us > until_us) break;
        walked = seen(**group);
        if (walked && usable) walked = ahead.push(**std::move(group));
    }
    const Status applied = ahead.finish();
    if (!usable) co_return usable.error();
    if (!walked) co_return walked.error();
    if (!applied) co_return applied.error();
    co_return scanner.tail();
}

}  // namespace loam::check
