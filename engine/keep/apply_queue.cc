#include "engine/keep/apply_queue.h"

#include <utility>

#include "engine/io/workers.h"
#include "engine/keep/pending.h"

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

ApplyQueue::ApplyQueue(Index& index, io::Workers* workers,
                       std::function<void(DurableGroup)> applied,
                       std::function<void(const Error&)> fatal)
    : index_(index),
      applied_(std::move(applied)),
      fatal_(std::move(fatal)),
      own_workers_(workers == nullptr ? std::make_unique<io::ThreadWorkers>(1) : nullptr),
      workers_(workers == nullptr ? *own_workers_ : *workers) {}

ApplyQueue::~ApplyQueue() {
    stop();
}

void ApplyQueue::push(DurableGroup group) {
    const std::scoped_lock lock(mutex_);
    if (stopped_) return;
    queue_.push_back(std::move(group));
    if (!busy_) submit_next();
}

void ApplyQueue::stop() {
    take_no_more();
    if (own_workers_) own_workers_->stop();
}

void ApplyQueue::take_no_more() {
    std::deque<DurableGroup> unwanted;  // goes outside the lock: it answers whoever waits
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
    unwanted.swap(queue_);
}

void ApplyQueue::submit_next() {
    busy_ = !queue_.empty();
    if (busy_) workers_.submit(io::Workers::Class::foreground, [this] { run_one(); });
}

void ApplyQueue::run_one() {
    std::unique_lock lock(mutex_);
    if (queue_.empty()) return;  // stopped meanwhile
    DurableGroup group = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    if (const Status status = index_.apply(to_apply(group)); !status) {
        take_no_more();
        fatal_(status.error());
        return;
    }
    applied_(std::move(group));
    lock.lock();
    submit_next();
}

}  // namespace loam::keep
