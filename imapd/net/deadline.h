#pragma once

#include <functional>
#include <utility>

#include "engine/io/loop.h"

namespace loam::imap {

/// A moment that is put off again and again and rarely comes. Putting it off costs no timer: the
/// one that is set fires early and looks again.
/// Thread:   the loop's. Lifetime: borrows the loop; clear_timer() before the end.
class Deadline {
  public:
    Deadline(io::Loop& loop, std::move_only_function<void()> expired)
        : loop_(&loop), expired_(std::move(expired)) {}
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;
    ~Deadline();

    void set(io::Monotonic when);
    /// No moment; a timer may still fire and find that.
    void clear() { when_ = io::Monotonic::max(); }
    /// Takes the timer out of the loop, and goes on with another loop if one is given.
    void clear_timer(io::Loop* next = nullptr);

  private:
    void arm(io::Monotonic when);
    void fire();

    io::Loop* loop_;
    std::move_only_function<void()> expired_;
    io::Monotonic when_ = io::Monotonic::max();
    io::Monotonic armed_for_ = io::Monotonic::max();
    io::Loop::TimerId timer_ = 0;
};

}  // namespace loam::imap
