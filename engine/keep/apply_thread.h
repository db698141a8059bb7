#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "engine/index/index.h"
#include "engine/keep/keeper.h"
#include "engine/log/log_writer.h"

namespace loam::keep {

/// Puts durable groups into the index, one after another, on a thread of its own: RocksDB may stall
/// there without holding up a reactor. Thread: push() and stop() from one thread.
class ApplyThread {
  public:
    /// `applied` hears of each group, on the apply thread. `fatal` hears of an error, after which
    /// nothing more is applied.
    ApplyThread(Index& index, std::function<void(DurableGroup)> applied,
                std::function<void(const Error&)> fatal);
    ApplyThread(const ApplyThread&) = delete;
    ApplyThread& operator=(const ApplyThread&) = delete;
    ~ApplyThread();  ///< stop()

    void push(DurableGroup group);
    /// Applies all that was pushed, then ends the thread. May block.
    void stop();

  private:
    void run();

    Index& index_;
    const std::function<void(DurableGroup)> applied_;
    const std::function<void(const Error&)> fatal_;
    std::mutex mutex_;  ///< guards the two below
    std::deque<DurableGroup> queue_;
    bool stopping_ = false;
    std::condition_variable changed_;
    std::thread thread_;
};

/// A transaction under way: what the log writes, what the index applies, and who waits for it.
struct Pending final : Submission {
    std::vector<Record> typed;  ///< beside Submission::records, one for one
    io::Loop* home = nullptr;
    Keeper::Done done;
};

}  // namespace loam::keep
