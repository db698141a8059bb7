#pragma once

#include <coroutine>
#include <utility>

#include "engine/base/check.h"

namespace loam::io {

/// A flag that one coroutine waits for and anybody on the same thread sets. Waiting takes the flag
/// down again. Several causes may set one Event; the waiter looks at the state behind each cause.
/// Thread: one loop's. Lifetime: outlives its waiter.
class Event {
  public:
    Event() = default;
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;

    /// Raises the flag; a waiter is resumed before set() returns.
    void set() {
        if (waiting_) {
            std::exchange(waiting_, nullptr).resume();
        } else {
            set_ = true;
        }
    }
    /// `co_await event.wait();` At most one coroutine waits at a time.
    auto wait() {
        struct Awaiter {
            Event& event;
            bool await_ready() const noexcept { return std::exchange(event.set_, false); }
            void await_suspend(std::coroutine_handle<> awaiting) const {
                LOAM_CHECK(!event.waiting_);
                event.waiting_ = awaiting;
            }
            void await_resume() const noexcept {}
        };
        return Awaiter{*this};
    }

  private:
    bool set_ = false;
    std::coroutine_handle<> waiting_;
};

}  // namespace loam::io
