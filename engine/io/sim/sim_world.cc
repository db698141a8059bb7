#include "engine/io/sim/sim_world.h"

#include <algorithm>
#include <iterator>

#include "engine/base/check.h"
#include "engine/io/sim/sim_loop.h"

namespace loam::io {

namespace {

constexpr WallMicros kStart = 1'700'000'000'000'000;
/// More in one run is a program that goes round in circles.
constexpr std::uint64_t kStepsMax = 200'000'000;

}  // namespace

WallMicros SimWorld::wall_now() const {
    const auto since =
        std::chrono::duration_cast<std::chrono::microseconds>(now_.time_since_epoch());
    return kStart + since.count();
}

std::uint64_t SimWorld::random_below(std::uint64_t limit) {
    LOAM_CHECK(limit > 0);
    return random_() % limit;
}

std::chrono::nanoseconds SimWorld::random_delay(std::chrono::nanoseconds longest) {
    return std::chrono::nanoseconds(random_below(static_cast<std::uint64_t>(longest.count())));
}

void SimWorld::post(SimLoop& to, Loop::Work work) {
    const auto same = [&](const Channel& c) { return c.from == current_ && c.to == &to; };
    auto found = std::find_if(channels_.begin(), channels_.end(), same);
    if (found == channels_.end()) {
        channels_.push_back({.from = current_, .to = &to, .queue = {}});
        found = std::prev(channels_.end());
    }
    found->queue.push_back(std::move(work));
}

void SimWorld::later(SimLoop* loop, std::chrono::nanoseconds delay, Loop::Work work) {
    happening_.emplace(now_ + delay, Item{.loop = loop, .work = std::move(work)});
}

void SimWorld::forget(SimLoop& loop) {
    std::erase(loops_, &loop);
    std::erase_if(loose_, [&](const Item& item) { return item.loop == &loop; });
    std::erase_if(happening_, [&](const auto& item) { return item.second.loop == &loop; });
    std::erase_if(channels_, [&](const Channel& c) { return c.to == &loop; });
    for (Channel& channel : channels_) {
        if (channel.from == &loop) channel.from = nullptr;
    }
}

void SimWorld::run(Item item) {
    LOAM_CHECK(!running_);
    running_ = true;
    current_ = item.loop;
    item.work();
    item.work = nullptr;
    current_ = nullptr;
    running_ = false;
}

bool SimWorld::ready_step() {
    const auto waits = [](const Channel& c) { return !c.queue.empty(); };
    const auto channels = std::count_if(channels_.begin(), channels_.end(), waits);
    const std::size_t total = static_cast<std::size_t>(channels) + loose_.size();
    if (total == 0) return false;
    std::size_t pick = random_below(total);
    if (pick < loose_.size()) {
        std::swap(loose_[pick], loose_.back());
        Item item = std::move(loose_.back());
        loose_.pop_back();
        run(std::move(item));
        return true;
    }
    pick -= loose_.size();
    auto channel = std::find_if(channels_.begin(), channels_.end(), waits);
    for (; pick > 0; --pick)
        channel = std::find_if(std::next(channel), channels_.end(), waits);
    Item item{.loop = channel->to, .work = std::move(channel->queue.front())};
    channel->queue.pop_front();
    run(std::move(item));
    return true;
}

Monotonic SimWorld::next_timer() const {
    Monotonic next = Monotonic::max();
    for (const SimLoop* loop : loops_) {
        next = std::min(next, loop->timers().next().value_or(Monotonic::max()));
    }
    return next;
}

Monotonic SimWorld::next_device() const {
    return happening_.empty() ? Monotonic::max() : happening_.begin()->first;
}

/// Moves to `when` and makes ready all that is due then.
void SimWorld::time_step(Monotonic when) {
    now_ = std::max(now_, when);
    while (!happening_.empty() && happening_.begin()->first <= now_) {
        loose_.push_back(std::move(happening_.extract(happening_.begin()).mapped()));
    }
    for (SimLoop* loop : loops_) {
        while (Loop::Work work = loop->timers().take_due(now_)) {
            loose_.push_back({.loop = loop, .work = std::move(work)});
        }
    }
}

bool SimWorld::step() {
    if (ready_step()) return true;
    const Monotonic when = std::min(next_timer(), next_device());
    if (when == Monotonic::max()) return false;
    time_step(when);
    return true;
}

void SimWorld::run_until_idle() {
    for (std::uint64_t steps = 0; steps < kStepsMax; ++steps) {
        if (ready_step()) continue;
        if (happening_.empty()) return;
        step();
    }
    LOAM_CHECK(false && "the simulation does not come to rest");
}

bool SimWorld::run_until(const std::function<bool()>& done) {
    for (std::uint64_t steps = 0; steps < kStepsMax; ++steps) {
        if (done()) return true;
        if (!step()) return false;
    }
    LOAM_CHECK(false && "the simulation does not come to an end");
    return false;
}

void SimWorld::advance(std::chrono::nanoseconds duration) {
    const Monotonic end = now_ + duration;
    for (std::uint64_t steps = 0; steps < kStepsMax; ++steps) {
        if (ready_step()) continue;
        if (std::min(next_timer(), next_device()) > end) {
            now_ = end;
            return;
        }
        step();
    }
    LOAM_CHECK(false && "the simulation does not come to rest");
}

}  // namespace loam::io
