#include "engine/io/sim/sim_loop.h"

#include <chrono>
#include <utility>

#include "engine/base/check.h"

namespace loam::io {

namespace {

constexpr std::chrono::milliseconds kWorkLongest(1);

}  // namespace

void SimWorkers::submit(Class, Loop::Work work) {
    world_.later(nullptr, world_.random_delay(kWorkLongest), std::move(work));
}

Loop::TimerId SimLoop::call_at(Monotonic when, Work work) {
    LOAM_CHECK(on_thread());
    return timers_.add(when, std::move(work));
}

void SimLoop::cancel(TimerId timer) {
    LOAM_CHECK(on_thread());
    timers_.cancel(timer);
}

}  // namespace loam::io
