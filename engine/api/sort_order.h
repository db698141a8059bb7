#pragma once

#include <span>
#include <vector>

#include "engine/api/sort.h"
#include "engine/mail/digest.h"

namespace loam {

/// What orders look at.
struct OrderedMessage {
    Uid uid;
    std::int64_t arrival_s = 0;
    std::uint64_t size = 0;
    mail::Digest digest;

    /// RFC 5256 section 2.2.
    std::int64_t sent_s() const { return digest.sent_seconds.value_or(arrival_s); }
};

/// `messages` ascend by uid. Pure; any thread.
std::vector<Uid> sort_messages(std::span<const OrderedMessage> messages,
                               std::span<const SortCriterion> criteria);
Threads thread_by_subject(std::span<const OrderedMessage> messages);
Threads thread_by_references(std::span<const OrderedMessage> messages);

}  // namespace loam
