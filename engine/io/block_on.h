#pragma once

#include <optional>
#include <utility>

#include "engine/io/gate.h"
#include "engine/io/keep_result.h"
#include "engine/io/reactor.h"

namespace loam::io {

/// Runs `reactor` on this thread until `task` ends, and returns its value. Other tasks of the
/// reactor run meanwhile. A task that moves to another loop comes back before it ends. Not from
/// within the reactor.
inline void block_on(Reactor& reactor, Task<void> task) {
    Gate gate;
    gate.spawn(std::move(task));
    while (gate.running() > 0)
        reactor.turn();
}

template <typename T>
T block_on(Reactor& reactor, Task<T> task) {
    std::optional<T> result;
    block_on(reactor, keep_result(std::move(task), result));
    LOAM_CHECK(result.has_value());
    return std::move(*result);  // NOLINT(bugprone-unchecked-optional-access)
}

}  // namespace loam::io
