#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "engine/base/result.h"
#include "engine/index/index.h"
#include "engine/io/disk.h"
#include "engine/log/log_survey.h"
#include "engine/log/recover.h"
#include "engine/log/scanner.h"

namespace loam::check {

/// Applies groups to an index on a thread of its own, in their order, while the caller decodes the
/// next; what a snapshot stands for is left out. Borrows the index, which nobody else touches
/// before finish(), and the survey.
class ApplyAhead {
  public:
    ApplyAhead(Index& into, const LogSurvey& survey);
    ApplyAhead(const ApplyAhead&) = delete;
    ApplyAhead& operator=(const ApplyAhead&) = delete;
    ~ApplyAhead();

    /// Blocks while much is queued. Errors: what an earlier group gave; nothing more is applied.
    Status push(ScannedGroup group);
    /// Waits until everything is applied. Errors: as push().
    Status finish();

  private:
    void run();
    Status apply(const ScannedGroup& group);

    Index& index_;
    const LogSurvey& survey_;
    std::mutex mutex_;  ///< guards all below but thread_
    std::condition_variable changed_;
    std::deque<ScannedGroup> queue_;
    std::size_t queued_records_ = 0;
    bool finishing_ = false;
    Status status_;
    std::thread thread_;
};

/// Reads the log of the store at `root`, over what was deleted from it, into `into`, which is empty
/// and of this thread alone: the newest snapshot of each account, then what came later. `seen`
/// hears of each group that is there, in order, before it is applied. Groups written after
/// `until_us`, wall time, are as if they were not there. Goes over the log twice.
/// Errors: corrupt (names file and offset; `into` may hold anything), unsupported, io.
Task<Result<LogTail>> replay_log(io::Disk& disk, std::string root, StoreId store, Index& into,
                                 std::function<Status(const ScannedGroup&)> seen,
                                 std::int64_t until_us = INT64_MAX);

}  // namespace loam::check
