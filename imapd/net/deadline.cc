#include "imapd/net/deadline.h"

#include "engine/base/check.h"

namespace loam::imap {

Deadline::~Deadline() {
    LOAM_CHECK(timer_ == 0);
}

void Deadline::set(io::Monotonic when) {
    when_ = when;
    if (timer_ != 0 && armed_for_ <= when) return;
    loop_->cancel(timer_);
    arm(when);
}

void Deadline::arm(io::Monotonic when) {
    armed_for_ = when;
    timer_ = loop_->call_at(when, [this] { fire(); });
}

void Deadline::fire() {
    timer_ = 0;
    if (when_ == io::Monotonic::max()) return;
    if (loop_->now() < when_) {
        arm(when_);
        return;
    }
    when_ = io::Monotonic::max();
    expired_();
}

void Deadline::clear_timer(io::Loop* next) {
    loop_->cancel(std::exchange(timer_, 0));
    clear();
    if (next != nullptr) loop_ = next;
}

}  // namespace loam::imap
