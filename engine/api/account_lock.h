#pragma once

#include <coroutine>
#include <cstddef>
#include <deque>
#include <utility>

#include "engine/base/check.h"

namespace loam {

/// Changes of messages share an account; changes of its names have it alone, so that they see
/// everything published and nothing under way. First come, first served. Thread: the account's
/// loop.
class AccountLock {
  public:
    AccountLock() = default;
    AccountLock(const AccountLock&) = delete;
    AccountLock& operator=(const AccountLock&) = delete;

    /// What a holder holds; letting go of it may let others in.
    class Pass {
      public:
        explicit Pass(AccountLock* lock, bool alone) : lock_(lock), alone_(alone) {}
        Pass(Pass&& other) noexcept
            : lock_(std::exchange(other.lock_, nullptr)), alone_(other.alone_) {}
        Pass& operator=(Pass&&) = delete;
        Pass(const Pass&) = delete;
        Pass& operator=(const Pass&) = delete;
        ~Pass() { release(); }
        void release() {
            if (lock_ != nullptr) std::exchange(lock_, nullptr)->leave(alone_);
        }

      private:
        AccountLock* lock_;
        bool alone_;
    };

    /// `const AccountLock::Pass pass = co_await lock.shared();`
    auto shared() { return Awaiter{*this, false, nullptr}; }
    auto alone() { return Awaiter{*this, true, nullptr}; }
    bool idle() const { return sharing_ == 0 && !alone_ && waiting_.empty(); }

  private:
    struct Awaiter {
        AccountLock& lock;
        bool wants_alone;
        std::coroutine_handle<> handle;
        bool await_ready() {
            if (!lock.waiting_.empty() || !lock.free_for(wants_alone)) return false;
            lock.take(wants_alone);
            return true;
        }
        void await_suspend(std::coroutine_handle<> awaiting) {
            handle = awaiting;
            lock.waiting_.push_back(this);
        }
        Pass await_resume() { return Pass(&lock, wants_alone); }
    };

    bool free_for(bool wants_alone) const { return !alone_ && (!wants_alone || sharing_ == 0); }
    void take(bool wants_alone) {
        if (wants_alone) {
            alone_ = true;
        } else {
            ++sharing_;
        }
    }
    void leave(bool was_alone) {
        if (was_alone) {
            alone_ = false;
        } else {
            LOAM_CHECK(sharing_ > 0);
            --sharing_;
        }
        while (!waiting_.empty() && free_for(waiting_.front()->wants_alone)) {
            Awaiter* next = waiting_.front();
            waiting_.pop_front();
            take(next->wants_alone);
            next->handle.resume();
        }
    }

    std::size_t sharing_ = 0;
    bool alone_ = false;
    std::deque<Awaiter*> waiting_;
};

}  // namespace loam
