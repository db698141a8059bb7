#include "engine/io/gate.h"

#include <exception>
#include <utility>

#include "engine/base/check.h"

namespace loam::io {

/// The one coroutine type that nobody owns: it starts at once and frees itself at its end. Only
/// Gate uses it.
struct Gate::Detached {
    struct promise_type {
        Detached get_return_object() const noexcept { return {}; }
        std::suspend_never initial_suspend() const noexcept { return {}; }
        std::suspend_never final_suspend() const noexcept { return {}; }
        void return_void() const noexcept {}
        [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
    };
};

Gate::~Gate() {
    LOAM_CHECK(running_ == 0);
    LOAM_CHECK(waiting_.empty());
}

bool Gate::spawn(Task<void> task) {
    if (closed_) return false;
    ++running_;
    run(std::move(task));
    return true;
}

Gate::Detached Gate::run(Task<void> task) {
    {
        // The task's frame holds its parameters: they go before anybody hears that the task is
        // over.
        Task<void> mine = std::move(task);
        co_await std::move(mine);
    }
    leave();
}

void Gate::leave() {
    --running_;
    if (!closed_ || running_ > 0) return;
    // A waiter may destroy this Gate: nothing here is touched after the first resume.
    std::vector<std::coroutine_handle<>> waiting = std::exchange(waiting_, {});
    for (const std::coroutine_handle<> handle : waiting)
        handle.resume();
}

Task<void> Gate::close() {
    struct Awaiter {
        Gate& gate;
        bool await_ready() const noexcept { return gate.running_ == 0; }
        void await_suspend(std::coroutine_handle<> awaiting) const {
            gate.waiting_.push_back(awaiting);
        }
        void await_resume() const noexcept {}
    };
    closed_ = true;
    co_await Awaiter{*this};
}

}  // namespace loam::io
