#pragma once

#include <optional>
#include <utility>

#include "engine/base/check.h"
#include "engine/io/gate.h"
#include "engine/io/keep_result.h"
#include "engine/io/sim/sim_loop.h"

namespace loam::io {

/// Runs `task` on `loop`, and everything else in its world meanwhile, until the task ends. Time
/// passes as needed. A task that can never end (everything waits for something) is a failed check.
inline void run_sim(SimLoop& loop, Task<void> task) {
    Gate gate;
    bool started = false;
    loop.post([&, task = std::move(task)]() mutable {
        started = true;
        gate.spawn(std::move(task));
    });
    const bool ended = loop.world().run_until([&] { return started && gate.running() == 0; });
    LOAM_CHECK(ended && "the task waits for something that never happens");
}

template <typename T>
T run_sim(SimLoop& loop, Task<T> task) {
    std::optional<T> result;
    run_sim(loop, keep_result(std::move(task), result));
    LOAM_CHECK(result.has_value());
    return std::move(*result);  // NOLINT(bugprone-unchecked-optional-access)
}

}  // namespace loam::io
