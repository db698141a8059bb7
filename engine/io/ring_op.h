#pragma once

#include <coroutine>
#include <cstdint>
#include <utility>

#include "engine/io/reactor.h"

namespace loam::io {

/// How an operation ended: `result` is what the system call returns, errors as -errno.
struct RingResult {
    int result = 0;
    std::uint32_t flags = 0;
};

/// `const RingResult r = co_await ring_op(reactor, [&](io_uring_sqe* sqe) { io_uring_prep_...(sqe,
/// ...); });` `prepare` runs at once; what the operation points at stays valid until it ends.
/// Thread: the reactor's.
template <typename Prepare>
class RingOp final : public Completion {
  public:
    RingOp(Reactor& reactor, Prepare prepare) : reactor_(reactor), prepare_(std::move(prepare)) {}

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> awaiting) {
        awaiting_ = awaiting;
        io_uring_sqe* operation = reactor_.next_operation();
        prepare_(operation);
        reactor_.track(operation, *this);
    }
    RingResult await_resume() const noexcept { return outcome_; }

    void complete(int result, std::uint32_t flags) override {
        outcome_ = {result, flags};
        awaiting_.resume();
    }

  private:
    Reactor& reactor_;
    Prepare prepare_;
    std::coroutine_handle<> awaiting_;
    RingResult outcome_;
};

template <typename Prepare>
RingOp<Prepare> ring_op(Reactor& reactor, Prepare prepare) {
    return RingOp<Prepare>(reactor, std::move(prepare));
}

/// How two linked operations ended. The second was not tried (-ECANCELED) if the first failed or
/// fell short.
struct RingPairResult {
    int first = 0;
    int second = 0;
};

/// Two operations, the second started by the kernel once the first has ended well. `prepare` gets
/// both to fill in and sets IOSQE_IO_LINK on the first. Otherwise as ring_op.
template <typename Prepare>
class RingPair {
  public:
    RingPair(Reactor& reactor, Prepare prepare)
        : reactor_(reactor), prepare_(std::move(prepare)), first_(*this), second_(*this) {}
    RingPair(const RingPair&) = delete;
    RingPair& operator=(const RingPair&) = delete;

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> awaiting) {
        awaiting_ = awaiting;
        reactor_.reserve(2);
        io_uring_sqe* first = reactor_.next_operation();
        io_uring_sqe* second = reactor_.next_operation();
        prepare_(first, second);
        reactor_.track(first, first_);
        reactor_.track(second, second_);
    }
    RingPairResult await_resume() const noexcept { return {first_.result, second_.result}; }

  private:
    struct Half final : Completion {
        explicit Half(RingPair& owner) : pair(owner) {}
        void complete(int outcome, std::uint32_t) override {
            result = outcome;
            if (--pair.left_ == 0) pair.awaiting_.resume();
        }
        RingPair& pair;
        int result = 0;
    };

    Reactor& reactor_;
    Prepare prepare_;
    std::coroutine_handle<> awaiting_;
    unsigned left_ = 2;
    Half first_;
    Half second_;
};

template <typename Prepare>
RingPair<Prepare> ring_pair(Reactor& reactor, Prepare prepare) {
    return RingPair<Prepare>(reactor, std::move(prepare));
}

}  // namespace loam::io
