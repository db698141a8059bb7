#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/io/disk.h"
#include "engine/log/format.h"

/// Stretches of a log that are damaged and were given up, so that what lies behind them can be
/// read: log/0/HOLES, written by `loam fsck --salvage` alone. Format: docs/format/log.md,
/// section 8.
namespace loam {

struct LogHole {
    LogPosition from;  ///< the end of the last good group, and its chain hash
    Lsn to;            ///< where the next good group begins, in this segment or a later one
    friend bool operator==(const LogHole&, const LogHole&) = default;
};

std::string encode_holes(const std::vector<LogHole>& holes);
/// Errors: corrupt, unsupported.
Result<std::vector<LogHole>> decode_holes(std::string_view text);

/// Of the log in `dir`; none where there is no such file. Errors: corrupt, unsupported, io.
Task<Result<std::vector<LogHole>>> read_holes(io::Disk& disk, std::string dir);
/// Durable when it returns. Errors: io, no_room.
Task<Status> write_holes(io::Disk& disk, std::string dir, std::vector<LogHole> holes);

}  // namespace loam
