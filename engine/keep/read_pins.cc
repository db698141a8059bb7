#include "engine/keep/read_pins.h"

#include <chrono>

#include "engine/base/check.h"

namespace loam::keep {

namespace {

/// A reader that takes longer loses what it reads.
constexpr std::chrono::minutes kReadLongest{10};

}  // namespace

ReadPins::Pin::~Pin() {
    if (pins_ == nullptr) return;
    const std::scoped_lock lock(pins_->mutex_);
    const auto found = pins_->held_.find(key_);
    LOAM_CHECK(found != pins_->held_.end() && found->second.readers > 0);
    --found->second.readers;
    if (found->second.readers == 0 && found->second.phase != Phase::erasing)
        pins_->held_.erase(found);
}

bool ReadPins::Pin::overtaken() const {
    const std::scoped_lock lock(pins_->mutex_);
    return pins_->held_.at(key_).phase != Phase::reading;
}

std::optional<ReadPins::Pin> ReadPins::pin(AccountId account, Cid cid) {
    const std::scoped_lock lock(mutex_);
    Held& held = held_[{account, cid}];
    if (held.phase != Phase::reading) return std::nullopt;
    ++held.readers;
    return Pin(*this, {account, cid});
}

bool ReadPins::begin_erase(AccountId account, Cid cid, io::Monotonic now) {
    const std::scoped_lock lock(mutex_);
    Held& held = held_[{account, cid}];
    if (held.readers > 0) {
        if (!held.refused_at) held.refused_at = now;
        if (now - *held.refused_at < kReadLongest) return false;
    }
    held.phase = Phase::erasing;
    return true;
}

void ReadPins::end_erase(AccountId account, Cid cid) {
    const std::scoped_lock lock(mutex_);
    const auto found = held_.find({account, cid});
    LOAM_CHECK(found != held_.end() && found->second.phase == Phase::erasing);
    if (found->second.readers == 0) {
        held_.erase(found);
    } else {
        found->second.phase = Phase::gone;
    }
}

}  // namespace loam::keep
