#pragma once

#include <chrono>
#include <cstdint>

#include "engine/base/result.h"

namespace loam::load {

/// Something with a socket that the loop wakes.
class Handler {
  public:
    Handler() = default;
    Handler(const Handler&) = delete;
    Handler& operator=(const Handler&) = delete;
    Handler(Handler&&) = delete;
    Handler& operator=(Handler&&) = delete;
    virtual ~Handler() = default;
    /// The socket can be read, written, or is broken; it is non-blocking, so just try.
    virtual Status on_ready() = 0;
};

/// One epoll set, edge triggered. Thread: the one that calls run().
class Loop {
  public:
    Loop();
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;
    Loop(Loop&&) = delete;
    Loop& operator=(Loop&&) = delete;

    /// Watches `fd` for `handler` until the fd is closed. Borrows both. Errors: io.
    Status watch(int fd, Handler& handler);
    /// run() returns after the handler that is running now.
    void stop() { stopped_ = true; }
    /// Wakes handlers until stop(). Errors: what a handler returned; timeout when nothing happened
    /// for `quiet_max`; io.
    Status run(std::chrono::milliseconds quiet_max);

  private:
    int epoll_fd_;
    bool stopped_ = false;
};

}  // namespace loam::load
