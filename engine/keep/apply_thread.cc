#include "engine/keep/apply_thread.h"

#include <utility>

namespace loam::keep {

namespace {

/// The sidecar at the front of an APPEND's payload, for the cache.
std::string_view sidecar_of(const Record& record, const EncodedRecord& encoded) {
    const auto* append = std::get_if<AppendRecord>(&record);
    if (append == nullptr) return {};
    return as_text(Bytes(encoded.payload).first(append->sidecar_bytes));
}

GroupToApply to_apply(const DurableGroup& group) {
    GroupToApply apply{
        .group = group.lsn, .end = group.end.end, .chain = group.end.chain, .records = {}};
    for (const auto& submission : group.submissions) {
        const auto& pending =
            static_cast<const Pending&>(*submission);  // NOLINT: Keeper submits nothing else
        for (std::size_t i = 0; i < pending.typed.size(); ++i) {
            const EncodedRecord& encoded = pending.records[i];
            apply.records.push_back({.account = encoded.account,
                                     .cid = encoded.cid,
                                     .record = &pending.typed[i],
                                     .payload = pending.payload_places[i],
                                     .sidecar = sidecar_of(pending.typed[i], encoded)});
        }
    }
    return apply;
}

}  // namespace

ApplyThread::ApplyThread(Index& index, std::function<void(DurableGroup)> applied,
                         std::function<void(const Error&)> fatal)
    : index_(index),
      applied_(std::move(applied)),
      fatal_(std::move(fatal)),
      thread_([this] { run(); }) {}

ApplyThread::~ApplyThread() {
    stop();
}

void ApplyThread::push(DurableGroup group) {
    {
        const std::scoped_lock lock(mutex_);
        queue_.push_back(std::move(group));
    }
    changed_.notify_one();
}

void ApplyThread::stop() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void ApplyThread::run() {
    for (;;) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
        if (queue_.empty()) return;
        DurableGroup group = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        if (const Status status = index_.apply(to_apply(group)); !status) {
            fatal_(status.error());
            return;
        }
        applied_(std::move(group));
    }
}

}  // namespace loam::keep
