#pragma once

#include <coroutine>
#include <cstddef>
#include <vector>

#include "engine/io/task.h"

namespace loam::io {

/// Keeps the tasks that nobody awaits. Whoever owns a Gate closes it before anything the tasks use
/// goes away. Thread: all of one Gate's calls and tasks on one loop.
class Gate {
  public:
    Gate() = default;
    Gate(const Gate&) = delete;
    Gate& operator=(const Gate&) = delete;
    ~Gate();  ///< checks that no task is left

    /// Starts `task` now; it runs until its first suspension before spawn returns. False, and
    /// nothing run, once closed.
    bool spawn(Task<void> task);
    /// Refuses new tasks and waits for those that run. Ending them (by closing what they wait on)
    /// is the caller's work.
    Task<void> close();
    bool closed() const { return closed_; }
    std::size_t running() const { return running_; }

  private:
    struct Detached;
    Detached run(Task<void> task);
    void leave();

    std::size_t running_ = 0;
    bool closed_ = false;
    std::vector<std::coroutine_handle<>> waiting_;
};

}  // namespace loam::io
