#pragma once

#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include "engine/io/loop.h"

namespace loam::io {

/// The timers of one loop, earliest first; equal times in the order they were added.
/// Thread: one loop's.
class Timers {
  public:
    Loop::TimerId add(Monotonic when, Loop::Work work) {
        const Loop::TimerId id = ++last_id_;
        queue_.emplace(Key{when, id}, std::move(work));
        times_.emplace(id, when);
        return id;
    }
    void cancel(Loop::TimerId id) {
        const auto found = times_.find(id);
        if (found == times_.end()) return;
        queue_.erase(Key{found->second, id});
        times_.erase(found);
    }
    /// When the earliest timer is due, if there is one.
    std::optional<Monotonic> next() const {
        if (queue_.empty()) return std::nullopt;
        return queue_.begin()->first.first;
    }
    /// Takes the earliest timer out if it is due at `now`; the result is empty when none is.
    Loop::Work take_due(Monotonic now) {
        if (queue_.empty() || queue_.begin()->first.first > now) return nullptr;
        auto first = queue_.extract(queue_.begin());
        times_.erase(first.key().second);
        return std::move(first.mapped());
    }
    bool empty() const { return queue_.empty(); }

  private:
    using Key = std::pair<Monotonic, Loop::TimerId>;
    std::map<Key, Loop::Work> queue_;
    std::unordered_map<Loop::TimerId, Monotonic> times_;
    Loop::TimerId last_id_ = 0;
};

}  // namespace loam::io
