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
#include "engine/log/recover.h"
#include "engine/log/scanner.h"

namespace loam::check {

/// Applies groups to an index on a thread of its own, in their order, while the caller decodes the
/// next. Borrows the index, which nobody else touches before finish().
class ApplyAhead {
  public:
    explicit ApplyAhead(Index& into);
    ApplyAhead(const ApplyAhead&) = delete;
    ApplyAhead& operator=(const ApplyAhead&) = delete;
    ~ApplyAhead();

    /// Blocks while much is queued. Errors: what an earlier group gave; nothing more is applied.
    Status push(ScannedGroup group);
    /// Waits until everything is applied. Errors: as push().
    Status finish();

  private:
    void run();

    Index& index_;
    std::mutex mutex_;  ///< guards all below but thread_
    std::condition_variable changed_;
    std::deque<ScannedGroup> queue_;
    std::size_t queued_records_ = 0;
    bool finishing_ = false;
    Status status_;
    std::thread thread_;
};

/// Reads the whole log of the store at `root`, from its first group to its end, into `into`, which
/// is empty and of this thread alone. `seen` hears of each group before it is applied.
/// Errors: corrupt (names file and offset; `into` holds what came before), unsupported, io.
Task<Result<LogTail>> replay_log(io::Disk& disk, std::string root, ScanOptions options, Index& into,
                                 std::function<Status(const ScannedGroup&)> seen);

}  // namespace loam::check
