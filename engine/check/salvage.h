#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/check/account_copy.h"
#include "engine/io/disk.h"
#include "engine/io/loop.h"
#include "engine/io/task.h"

/// A damaged store made fit to serve: `loam fsck --salvage`.
namespace loam::check {

struct SalvageOptions {
    std::string path;
    /// When content that is given up is to be erased from the log.
    std::int64_t erase_deadline_us = 0;
    std::function<void(const std::string&)> progress = {};
};

struct SalvageReport {
    std::vector<std::string> mends;  ///< what was damaged and what was done, a line each
    std::vector<Loss> losses;
    std::uint64_t records_written = 0;  ///< to the log, so that it says all again
};

/// Makes the superblocks, the log and the index of a store fit for use: what cannot be read of the
/// log is stepped over from now on; what it said there is taken from the index, where that can be
/// read, and written to the log again; messages whose octets are lost are expunged. The index is
/// made anew. A store that is well is not changed. Cut off at any moment, it can be run again.
/// Errors: busy, not_found, unsupported, io, no_room, corrupt (nothing can be read).
Task<Result<SalvageReport>> salvage(SalvageOptions options, io::Loop& loop, io::Disk& disk);

}  // namespace loam::check
