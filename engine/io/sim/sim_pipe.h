#pragma once

#include <algorithm>
#include <chrono>
#include <coroutine>
#include <cstddef>
#include <deque>
#include <utility>

#include "engine/io/sim/sim_loop.h"

namespace loam::io {

/// One direction of a simulated connection: a bounded queue of octets between two loops.
class SimPipe {
  public:
    static constexpr std::size_t kRoomBytes = 64U << 10;

    explicit SimPipe(SimWorld& world) : world_(world) {}
    SimPipe(const SimPipe&) = delete;
    SimPipe& operator=(const SimPipe&) = delete;

    std::deque<std::byte> octets;
    bool writer_gone = false;  ///< the end of the stream, once `octets` is empty
    bool reader_gone = false;  ///< nobody will take what is written

    std::size_t room() const { return kRoomBytes - std::min(kRoomBytes, octets.size()); }

    /// Resumes whoever waits, on their loops, a little later. They look again at what there is.
    void changed() {
        wake(reader_);
        wake(writer_);
    }
    auto wait_to_read(SimLoop& loop) { return Awaiter{reader_, loop}; }
    auto wait_to_write(SimLoop& loop) { return Awaiter{writer_, loop}; }

  private:
    struct Waiter {
        SimLoop* loop = nullptr;
        std::coroutine_handle<> handle;
    };
    struct Awaiter {
        Waiter& waiter;
        SimLoop& loop;
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> awaiting) const { waiter = {&loop, awaiting}; }
        void await_resume() const noexcept {}
    };
    void wake(Waiter& waiter) {
        const Waiter woken = std::exchange(waiter, Waiter{});
        if (woken.loop == nullptr) return;
        constexpr std::chrono::microseconds kLongest(100);
        world_.later(woken.loop, world_.random_delay(kLongest),
                     [handle = woken.handle] { handle.resume(); });
    }

    SimWorld& world_;
    Waiter reader_;
    Waiter writer_;
};

}  // namespace loam::io
