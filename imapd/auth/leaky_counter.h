#pragma once

#include <algorithm>
#include <chrono>

#include "engine/io/loop.h"

namespace loam::imap {

/// Counts events and forgets them at an even pace, so that one number bounds a burst and another
/// the steady rate behind it. A plain value.
class LeakyCounter {
  public:
    /// How many are not forgotten at `now`, if one is in each `period`.
    double level(io::Monotonic now, std::chrono::nanoseconds period) const {
        const std::chrono::duration<double> passed = now - at_;
        return std::max(0.0, level_ - passed / std::chrono::duration<double>(period));
    }
    void add(io::Monotonic now, std::chrono::nanoseconds period) {
        level_ = level(now, period) + 1;
        at_ = now;
    }
    /// All but `most` will be forgotten after this long.
    std::chrono::nanoseconds time_above(double most, io::Monotonic now,
                                        std::chrono::nanoseconds period) const {
        const double above = std::max(0.0, level(now, period) - most);
        return std::chrono::duration_cast<std::chrono::nanoseconds>(
            above * std::chrono::duration<double>(period));
    }

  private:
    double level_ = 0;
    io::Monotonic at_{};
};

}  // namespace loam::imap
