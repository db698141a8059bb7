#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>

#include "engine/base/result.h"
#include "engine/index/index.h"
#include "engine/io/workers.h"
#include "engine/log/log_writer.h"

namespace loam::keep {

/// Puts durable groups into the index, one after another, where that may block: RocksDB may stall
/// there without holding up a reactor. Thread: push() and stop() from one thread.
class ApplyQueue {
  public:
    /// `workers` null: a thread of its own. `applied` hears of each group, where it was applied.
    /// `fatal` hears of an error, after which nothing more is applied and what waits is let go.
    ApplyQueue(Index& index, io::Workers* workers, std::function<void(DurableGroup)> applied,
               std::function<void(const Error&)> fatal);
    ApplyQueue(const ApplyQueue&) = delete;
    ApplyQueue& operator=(const ApplyQueue&) = delete;
    ~ApplyQueue();  ///< stop()

    void push(DurableGroup group);
    /// Ends its own thread; what is still queued is let go. May block.
    void stop();

  private:
    void run_one();
    void submit_next();  // under mutex_, so that none follows stop()
    void take_no_more();

    Index& index_;
    const std::function<void(DurableGroup)> applied_;
    const std::function<void(const Error&)> fatal_;
    std::mutex mutex_;  ///< guards the three below
    std::deque<DurableGroup> queue_;
    bool busy_ = false;  ///< run_one() is under way or about to be
    bool stopped_ = false;
    const std::unique_ptr<io::ThreadWorkers> own_workers_;  ///< one thread
    io::Workers& workers_;
};

}  // namespace loam::keep
