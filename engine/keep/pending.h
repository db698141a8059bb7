#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/io/loop.h"
#include "engine/keep/keeper.h"
#include "engine/log/log_writer.h"
#include "engine/log/submission.h"
#include "engine/record/record.h"

namespace loam::keep {

/// A transaction under way: what the log writes, what the index applies, and who waits for it.
/// Whoever lets go of it unanswered, as a log does that failed or has no room at the end, answers
/// closed by that. Thread: one at a time, any.
struct Pending final : Submission {
    std::vector<Record> typed;  ///< beside Submission::records, one for one
    io::Loop* home = nullptr;
    Keeper::Done done;  ///< runs on `home`; empty once answered

    ~Pending() override;
};

/// When the first of the erasures is due that a group brought. It came from a Keeper.
std::optional<std::int64_t> first_deadline(const DurableGroup& group);

}  // namespace loam::keep
