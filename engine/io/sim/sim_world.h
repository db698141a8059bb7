#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <random>
#include <utility>
#include <vector>

#include "engine/io/loop.h"

namespace loam::io {

class SimLoop;

/// The time, the chance and the order of everything in one simulation: one seed, one history.
/// What is ready runs in an order drawn from the seed; posts from one loop to another keep theirs.
/// Time stands still while anything is ready, then jumps to the next thing that happens. Thread:
/// one; the loops are threads in the simulation only. Lifetime: outlives its loops.
class SimWorld {
  public:
    explicit SimWorld(std::uint64_t seed) : random_(seed) {}
    SimWorld(const SimWorld&) = delete;
    SimWorld& operator=(const SimWorld&) = delete;

    Monotonic now() const { return now_; }
    /// Starts on 2023-11-14 and moves with now().
    WallMicros wall_now() const;
    std::uint64_t random() { return random_(); }
    /// 0 to limit - 1.
    std::uint64_t random_below(std::uint64_t limit);
    bool chance(std::uint64_t one_in) { return random_below(one_in) == 0; }
    /// From 0 to just under `longest`.
    std::chrono::nanoseconds random_delay(std::chrono::nanoseconds longest);

    /// Runs until only timers are left, which stay.
    void run_until_idle();
    /// Runs until `done()`, letting time pass as needed. False when nothing is left that could
    /// happen.
    bool run_until(const std::function<bool()>& done);
    /// Lets `duration` pass and everything in it happen.
    void advance(std::chrono::nanoseconds duration);

    // For the simulated loops, disks and networks.

    /// Runs `work` on `loop` after `delay`: a device or a wire has done something. No order among
    /// equals. Without a loop it runs where no loop is: on a worker.
    void later(SimLoop* loop, std::chrono::nanoseconds delay, Loop::Work work);
    void post(SimLoop& to, Loop::Work work);
    void add(SimLoop& loop) { loops_.push_back(&loop); }
    /// Drops `loop` and all work for it.
    void forget(SimLoop& loop);
    /// Whether `loop` runs now, or nothing does: then the test itself is on every thread.
    bool is_on(const SimLoop& loop) const {
        return !running_ || (current_ == &loop && current_ != nullptr);
    }

  private:
    struct Item {
        SimLoop* loop;
        Loop::Work work;
    };
    struct Channel {
        const SimLoop* from;  ///< null: posted from outside or by a worker
        SimLoop* to;
        std::deque<Loop::Work> queue;
    };
    bool step();
    bool ready_step();
    void run(Item item);
    void time_step(Monotonic when);
    Monotonic next_timer() const;
    Monotonic next_device() const;

    std::mt19937_64 random_;
    Monotonic now_{std::chrono::seconds(1)};
    std::vector<SimLoop*> loops_;
    std::list<Channel> channels_;
    std::vector<Item> loose_;                   ///< ready, in no order
    std::multimap<Monotonic, Item> happening_;  ///< what devices will have done, by time
    bool running_ = false;
    const SimLoop* current_ = nullptr;
};

}  // namespace loam::io
