#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "engine/base/result.h"
#include "engine/index/view.h"
#include "engine/record/record.h"

namespace loam::keep {

/// An owed erasure and where all that it names lies.
struct PlannedErasure {
    AccountId account;
    EraseId id;
    std::int64_t deadline_us = 0;
    std::vector<Place> places;  ///< that it holds already
    /// Contents that are to go now. One that has no row any more lies nowhere.
    std::vector<std::pair<Cid, std::vector<Place>>> contents;
    std::vector<Cid> later;  ///< contents for another time: there are too many

    std::size_t places_count() const;
    /// Where most of it probably is: neighbours are erased together.
    Lsn first_place() const;
};

/// A part of one walk over everything that is owed.
struct ErasePlan {
    std::vector<PlannedErasure> erasures;          ///< in the order of their places
    std::optional<std::int64_t> next_deadline_us;  ///< of those that are not due
    /// The walk goes on behind this one; nothing: that was all.
    std::optional<OwedErasure> reached;
};

/// Which erasures are due.
struct ErasureDue {
    std::int64_t until_us = 0;  ///< those with a deadline up to here
    bool with_places = false;   ///< and those that hold places: their erasure had begun
};

/// Looks for what is due behind `after`, if that is given. Errors: io, corrupt.
Result<ErasePlan> plan_erasures(const IndexView& view, const ErasureDue& due,
                                const OwedErasure* after);

}  // namespace loam::keep
