#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "engine/base/result.h"
#include "engine/io/loop.h"
#include "engine/io/timers.h"

struct io_uring;
struct io_uring_sqe;

namespace loam::io {

/// Hears how one ring operation ended. Its address is the operation's user_data, so it stays where
/// it is until then.
class Completion {
  public:
    Completion() = default;
    Completion(const Completion&) = delete;
    Completion& operator=(const Completion&) = delete;
    virtual ~Completion() = default;
    /// `result` as the system call of the same name returns it, but errors as -errno; `flags` of
    /// the completion.
    virtual void complete(int result, std::uint32_t flags) = 0;
};

/// A loop on one io_uring. Needs Linux 5.13; best with 6.1 and later (DEFER_TASKRUN).
/// Thread:   created, run and destroyed on one thread. From other threads only post(), stop() and
/// the clocks. Lifetime: borrows `workers`. Operations under way hold coroutines, so all have ended
/// (their gates are closed)
///           when it is destroyed; that is checked. Work posted and not run by then is dropped.
class Reactor final : public Loop {
  public:
    /// Errors: unsupported, in words that name what forbids io_uring here; io (no file descriptors
    /// left).
    static Result<std::unique_ptr<Reactor>> create(Workers& workers);
    Reactor(const Reactor&) = delete;
    Reactor& operator=(const Reactor&) = delete;
    ~Reactor() override;

    /// Runs until stop().
    void run();
    /// Makes run() return once it has run what this thread posted before. Without a run() under
    /// way, the next one returns early. Thread: any.
    void stop();
    /// One round: submits, waits until something happens, and runs what is ready.
    void turn();

    void post(Work work) override;
    bool on_thread() const override;
    Monotonic now() const override;
    WallMicros wall_now() const override;
    std::uint64_t random() override;
    TimerId call_at(Monotonic when, Work work) override;
    void cancel(TimerId timer) override;
    Workers& workers() override { return workers_; }

    // For RingDisk and RingNet.

    /// Room for `count` operations, so that linked ones are submitted together.
    void reserve(unsigned count);
    /// The next operation to fill in (io_uring_prep_...); after that, call track().
    io_uring_sqe* next_operation();
    /// `done` hears how `operation` ended, in a later turn().
    void track(io_uring_sqe* operation, Completion& done);
    /// Closes `fd` without waiting for it: the last close of an unlinked file may take long.
    void close_later(int fd);
    io_uring* ring() { return ring_.get(); }
    /// A number for a group of provided buffers that nobody on this ring uses yet.
    std::uint16_t new_buffer_group() { return next_buffer_group_++; }

  private:
    struct CloseRing {
        void operator()(io_uring* ring) const;
    };
    using Ring = std::unique_ptr<io_uring, CloseRing>;
    class Waker;
    struct Ended {
        Completion* done;
        int result;
        std::uint32_t flags;
    };

    Reactor(Workers& workers, Ring ring, int event_fd);
    static Result<Ring> open_ring();
    void wait();
    void collect();
    void dispatch();
    void run_timers();
    void run_posted();
    bool anything_posted();

    Workers& workers_;
    Ring ring_;
    const std::thread::id thread_;
    std::unique_ptr<Waker> waker_;  ///< what post() from other threads wakes
    std::uint64_t in_flight_ = 0;   ///< operations tracked and not ended
    std::vector<Ended> ended_;      ///< taken out of the ring, not yet told to their Completion
    std::uint16_t next_buffer_group_ = 0;
    Timers timers_;
    bool turning_ = false;
    bool stopping_ = false;
    std::array<std::uint64_t, 32> random_{};
    std::size_t random_left_ = 0;

    std::vector<Work> running_;          ///< what run_posted() works on, kept for its memory
    std::atomic<unsigned> posting_ = 0;  ///< threads inside post()
    std::mutex mutex_;                   ///< guards posted_ alone
    std::vector<Work> posted_;
};

/// Why the kernel refused a ring, for a person: `error` is what io_uring_setup returned (positive),
/// `disabled` the text of /proc/sys/kernel/io_uring_disabled (empty when there is none),
/// `memlock_bytes` the limit RLIMIT_MEMLOCK.
std::string explain_refusal(int error, const std::string& disabled, std::uint64_t memlock_bytes);

}  // namespace loam::io
