#pragma once

#include <future>
#include <memory>
#include <thread>

#include "engine/io/reactor.h"
#include "engine/io/ring_disk.h"
#include "engine/io/ring_net.h"

namespace loam::io {

/// A thread that runs a reactor with its files and sockets, from start() to the destructor.
/// Thread: start() and the destructor on one thread, another than this. Reach what it holds by
/// run_on() or post(). Order: threads that post to each other's reactors are all stopped (every
/// gate closed) before the first is destroyed.
class IoThread {
  public:
    /// Errors: as Reactor::create.
    static Result<std::unique_ptr<IoThread>> start(Workers& workers);
    IoThread(const IoThread&) = delete;
    IoThread& operator=(const IoThread&) = delete;
    ~IoThread();

    Reactor& reactor() const { return *parts_.reactor; }
    RingDisk& disk() const { return *parts_.disk; }
    RingNet& net() const { return *parts_.net; }

  private:
    /// All owned by the thread itself: a ring belongs to the thread that made it.
    struct Parts {
        Reactor* reactor = nullptr;
        RingDisk* disk = nullptr;
        RingNet* net = nullptr;
    };
    IoThread() = default;
    static void run(Workers& workers, std::promise<Result<Parts>> started);

    Parts parts_;
    std::thread thread_;
};

}  // namespace loam::io
