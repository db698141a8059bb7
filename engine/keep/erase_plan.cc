#include "engine/keep/erase_plan.h"

#include <algorithm>

namespace loam::keep {

namespace {

/// A plan takes erasures until it has this many places, and of one erasure no contents beyond.
constexpr std::size_t kPlanPlaces = 4096;

Result<PlannedErasure> locate(const IndexView& view, OwedErasure owed) {
    PlannedErasure planned{.account = owed.account,
                           .id = owed.id,
                           .deadline_us = owed.row.deadline_us,
                           .places = std::move(owed.row.places),
                           .contents = {},
                           .later = {}};
    LOAM_TRY(auto rows, view.contents(owed.account, owed.row.cids));
    std::size_t places = planned.places.size();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (places >= kPlanPlaces) {
            planned.later.push_back(owed.row.cids[i]);
            continue;
        }
        std::vector<Place> of_content;
        if (rows[i]) of_content = std::move(rows[i]->places);
        places += of_content.size();
        planned.contents.emplace_back(owed.row.cids[i], std::move(of_content));
    }
    return planned;
}

}  // namespace

std::size_t PlannedErasure::places_count() const {
    std::size_t count = places.size();
    for (const auto& [cid, of_content] : contents)
        count += of_content.size();
    return count;
}

Lsn PlannedErasure::first_place() const {
    if (!places.empty()) return places.front().group;
    for (const auto& [cid, of_content] : contents) {
        if (!of_content.empty()) return of_content.front().group;
    }
    return {};
}

Result<ErasePlan> plan_erasures(const IndexView& view, const ErasureDue& due,
                                const OwedErasure* after) {
    ErasePlan plan;
    std::size_t places = 0;
    Status located;
    const auto look = [&](OwedErasure owed) {
        const bool begun = due.with_places && !owed.row.places.empty();
        if (owed.row.deadline_us > due.until_us && !begun) {
            const std::int64_t deadline = owed.row.deadline_us;
            plan.next_deadline_us = std::min(plan.next_deadline_us.value_or(deadline), deadline);
            return true;
        }
        const OwedErasure here{.account = owed.account, .id = owed.id, .row = {}};
        auto planned = locate(view, std::move(owed));
        if (!planned) {
            located = planned.error();
            return false;
        }
        places += std::max<std::size_t>(planned->places_count(), 1);
        plan.erasures.push_back(*std::move(planned));
        if (places < kPlanPlaces) return true;
        plan.reached = here;
        return false;
    };
    LOAM_TRY_STATUS(view.each_erasure(after, look));
    LOAM_TRY_STATUS(located);
    std::ranges::sort(plan.erasures, {}, &PlannedErasure::first_place);
    return plan;
}

}  // namespace loam::keep
