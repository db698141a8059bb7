#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "engine/io/loop.h"

namespace loam::io {

/// The real pool. Foreground work goes first, and one thread (if there are two or more) never takes
/// background work, so that long builds do not keep a client waiting. The queues have no bound:
/// callers bound what they submit. Thread: submit() from any.
class ThreadWorkers final : public Workers {
  public:
    explicit ThreadWorkers(std::size_t threads);  ///< at least 1
    ThreadWorkers(const ThreadWorkers&) = delete;
    ThreadWorkers& operator=(const ThreadWorkers&) = delete;
    ~ThreadWorkers() override;  ///< stop()

    void submit(Class priority, Loop::Work work) override;
    /// Finishes all queued work and ends the threads. Nobody submits after it. May be called twice,
    /// by one thread.
    void stop();

  private:
    void run();
    bool ready() const;
    void run_one(std::unique_lock<std::mutex>& lock);

    std::mutex mutex_;  ///< guards all below but threads_
    std::condition_variable changed_;
    std::deque<Loop::Work> foreground_;
    std::deque<Loop::Work> background_;
    std::size_t background_running_ = 0;
    std::size_t background_running_max_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace loam::io
