#include "engine/keep/pending.h"

#include <algorithm>
#include <utility>
#include <variant>

namespace loam::keep {

Pending::~Pending() {
    if (!done) return;
    home->post([unanswered = std::move(done)]() mutable {
        unanswered(fail(Errc::closed, "the log has stopped before this was written"));
    });
}

std::optional<std::int64_t> first_deadline(const DurableGroup& group) {
    std::optional<std::int64_t> first;
    const auto note = [&first](std::int64_t deadline) {
        first = std::min(first.value_or(deadline), deadline);
    };
    for (const auto& submission : group.submissions) {
        const auto& pending = static_cast<const Pending&>(*submission);  // NOLINT: as promised
        for (const Record& record : pending.typed) {
            if (const auto* expunge = std::get_if<ExpungeRecord>(&record))
                note(expunge->erase_deadline_us);
            if (const auto* abort = std::get_if<AbortRecord>(&record))
                note(abort->erase_deadline_us);
            if (const auto* snapshot = std::get_if<SnapshotRecord>(&record);
                snapshot != nullptr && snapshot->last)
                note(snapshot->erase_deadline_us);
        }
    }
    return first;
}

}  // namespace loam::keep
