#pragma once

#include <optional>
#include <utility>

#include "engine/io/task.h"

namespace loam::io {

/// Awaits `task` and leaves its value in `result`, which outlives it: so that a Gate can run what
/// has a value.
template <typename T>
Task<void> keep_result(Task<T> task, std::optional<T>& result) {
    T value = co_await std::move(task);
    result.emplace(std::move(value));
}

}  // namespace loam::io
