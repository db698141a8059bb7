#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/io/disk.h"
#include "engine/io/loop.h"
#include "engine/io/task.h"

/// Reads every payload in the order of the disk and holds it against its hash: `loam scrub`.
namespace loam::check {

struct ScrubOptions {
    std::string path;
    bool restart = false;                ///< from the beginning, wherever an earlier one stopped
    std::uint64_t bytes_per_second = 0;  ///< at most, about; 0: as fast as it goes
    std::uint64_t bytes_max = 0;      ///< stops, to be gone on with, after about as many; 0: never
    std::size_t findings_max = 1000;  ///< more are only counted
    std::function<void(const std::string&)> progress = {};
};

struct ScrubReport {
    bool resumed = false;   ///< it went on where an earlier one stopped
    bool finished = false;  ///< it came to the end of the log
    std::uint64_t payloads = 0;
    std::uint64_t bytes = 0;
    std::uint64_t unused = 0;  ///< payloads that are not what was written, and that nobody needs
    std::uint64_t findings_count = 0;
    std::vector<std::string> findings;  ///< messages that cannot be read, and where
};

/// Where it is stands in the file SCRUB of the store, so that the next one can go on there; the
/// file goes at the end. Errors: busy, not_found, corrupt (the log cannot be walked: see fsck),
/// unsupported, io.
Task<Result<ScrubReport>> scrub(ScrubOptions options, io::Loop& loop, io::Disk& disk);

}  // namespace loam::check
