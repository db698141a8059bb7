#pragma once

#include <chrono>
#include <coroutine>
#include <cstdint>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include "engine/base/check.h"
#include "engine/base/result.h"
#include "engine/io/task.h"

namespace loam::io {

/// Time that only goes forward, nanoseconds since some start. For timeouts and measurements.
using Monotonic = std::chrono::time_point<std::chrono::steady_clock, std::chrono::nanoseconds>;
/// Wall time, microseconds since 1970-01-01 UTC. For INTERNALDATE, deadlines on disk, logs.
using WallMicros = std::int64_t;

class Workers;

/// One thread's event loop: runs coroutines, timers and what other threads post to it.
/// Real: Reactor (reactor.h), one io_uring a thread. Simulated: SimLoop (sim/sim_loop.h), seeded
/// order, virtual time. Thread: only post() and clock calls may come from other threads.
class Loop {
  public:
    using Work = std::move_only_function<void()>;
    using TimerId = std::uint64_t;  ///< 0 is no timer

    Loop() = default;
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;
    virtual ~Loop() = default;

    /// Queues `work` to run on this loop's thread, in the order posted by one thread. Thread: any.
    virtual void post(Work work) = 0;
    virtual bool on_thread() const = 0;

    virtual Monotonic now() const = 0;
    virtual WallMicros wall_now() const = 0;
    /// Random bits: cryptographic in Reactor, seeded in SimLoop.
    virtual std::uint64_t random() = 0;

    /// Runs `work` once at or soon after `when`, on this loop's thread. Thread: this loop's.
    virtual TimerId call_at(Monotonic when, Work work) = 0;
    /// Forgets a timer. One that ran already, or 0, is no error.
    virtual void cancel(TimerId timer) = 0;

    /// Where blocking or heavy work goes. Shared by all loops of the process.
    virtual Workers& workers() = 0;
};

/// A pool of threads for what may block or burn CPU: RocksDB reads that miss, compression, key
/// derivation, scans. In simulation work runs in the loop's seeded order instead.
class Workers {
  public:
    enum class Class : std::uint8_t {
        foreground,  ///< a client waits for it
        background,  ///< builds, scrubs; runs only when no foreground work waits
    };
    Workers() = default;
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;
    virtual ~Workers() = default;
    virtual void submit(Class priority, Loop::Work work) = 0;
};

/// `co_await yield(loop);` lets everything else that is ready run first.
inline auto yield(Loop& loop) {
    struct Awaiter {
        Loop& loop;
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> awaiting) const {
            loop.post([awaiting] { awaiting.resume(); });
        }
        void await_resume() const noexcept {}
    };
    return Awaiter{loop};
}

/// `co_await switch_to(loop);` goes on with this coroutine on that loop's thread; nothing happens
/// when already there.
inline auto switch_to(Loop& loop) {
    struct Awaiter {
        Loop& loop;
        bool await_ready() const noexcept { return loop.on_thread(); }
        void await_suspend(std::coroutine_handle<> awaiting) const {
            loop.post([awaiting] { awaiting.resume(); });
        }
        void await_resume() const noexcept {}
    };
    return Awaiter{loop};
}

/// `co_await sleep_until(loop, when);` Thread: the loop's.
inline auto sleep_until(Loop& loop, Monotonic when) {
    struct Awaiter {
        Loop& loop;
        Monotonic when;
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> awaiting) const {
            loop.call_at(when, [awaiting] { awaiting.resume(); });
        }
        void await_resume() const noexcept {}
    };
    return Awaiter{loop, when};
}

/// `auto r = co_await offload(loop, priority, function);` runs `function()` in the worker pool and
/// comes back to `loop`. `function` returns a value (not void) and must not touch anything that
/// belongs to a loop.
template <typename Function>
Task<std::invoke_result_t<Function&>> offload(Loop& loop, Workers::Class priority,
                                              Function function) {
    using Value = std::invoke_result_t<Function&>;
    struct Awaiter {
        Loop& loop;
        Workers::Class priority;
        Function& function;
        std::optional<Value> value{};
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> awaiting) {
            loop.workers().submit(priority, [this, awaiting] {
                value.emplace(function());
                loop.post([awaiting] { awaiting.resume(); });
            });
        }
        Value await_resume() {
            LOAM_CHECK(value.has_value());
            return std::move(*value);  // NOLINT(bugprone-unchecked-optional-access)
        }
    };
    Awaiter awaiter{loop, priority, function};
    co_return co_await awaiter;
}

/// Runs `task` on `there` and comes back to `here` with its result. What `task` refers to must be
/// safe to touch there.
template <typename T>
Task<T> run_on(Loop& here, Loop& there, Task<T> task) {
    co_await switch_to(there);
    T value = co_await std::move(task);
    co_await switch_to(here);
    co_return value;
}

}  // namespace loam::io
