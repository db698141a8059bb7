#pragma once

#include <cstddef>
#include <functional>
#include <future>
#include <memory>
#include <vector>

#include "engine/base/result.h"
#include "engine/io/gate.h"
#include "engine/io/io_thread.h"
#include "engine/io/workers.h"

namespace loam::ops {

/// The reactor threads of a server, each with its files and sockets.
/// Thread: made, used and stopped by one thread that is none of them.
class ReactorThreads {
  public:
    /// Errors: unsupported (io_uring is forbidden here; says by what), io.
    static Result<std::unique_ptr<ReactorThreads>> start(std::size_t count, io::Workers& workers);
    ReactorThreads(const ReactorThreads&) = delete;
    ReactorThreads& operator=(const ReactorThreads&) = delete;
    ~ReactorThreads();  ///< stop()

    std::size_t count() const { return threads_.size(); }
    io::Reactor& loop(std::size_t i) const { return threads_[i]->io->reactor(); }
    io::RingDisk& disk(std::size_t i) const { return threads_[i]->io->disk(); }
    io::RingNet& net(std::size_t i) const { return threads_[i]->io->net(); }

    /// Runs a task on one reactor and waits for its end.
    template <typename T>
    T call(std::size_t i, std::function<Task<T>()> make) {
        // The promise goes along: whoever waits may be gone before set_value() returns.
        std::promise<T> promise;
        std::future<T> future = promise.get_future();
        Thread* const thread = threads_[i].get();
        loop(i).post([thread, &make, mine = std::move(promise)]() mutable {
            thread->gate.spawn(deliver(&make, std::move(mine)));
        });
        return future.get();
    }

    /// Ends the reactors; nothing may be under way on them.
    void stop();

  private:
    struct Thread {
        std::unique_ptr<io::IoThread> io;
        io::Gate gate;
    };
    ReactorThreads() = default;

    template <typename T>
    static Task<void> deliver(const std::function<Task<T>()>* make, std::promise<T> promise) {
        T value = co_await (*make)();
        promise.set_value(std::move(value));
    }

    std::vector<std::unique_ptr<Thread>> threads_;
};

}  // namespace loam::ops
