#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/io/disk.h"
#include "engine/io/task.h"
#include "engine/log/format.h"

namespace loam::check {

/// What was done to a log so that it can be read to its end.
struct LogMends {
    std::vector<std::string> what;  ///< a line each, for people
    bool lost_groups = false;       ///< what the log said there, it says no more
};

/// Gives up what cannot be read of the log of the store at `root`: HOLES in the middle; at the end,
/// what lies behind the last good group, once a copy of it is in `root`/lost. Mends headers of
/// segments. Writes nothing to a log that is well. Afterwards recover_log() takes it.
/// Errors: unsupported, io, no_room, corrupt (no good group at all).
Task<Result<LogMends>> salvage_log(io::Disk& disk, std::string root, StoreId store);

}  // namespace loam::check
