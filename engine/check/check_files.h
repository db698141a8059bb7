#pragma once

#include <string>

#include "engine/base/result.h"
#include "engine/check/findings.h"
#include "engine/io/disk.h"
#include "engine/io/task.h"
#include "engine/log/format.h"

/// The files of a store as such: which are there, and what those say that are read before the log.
namespace loam::check {

/// Both copies of the superblock. Returns whose the segments must be: where no copy is right, the
/// first segment that says so. Errors: not_found (no store here), unsupported, io, corrupt (nothing
/// says it).
Task<Result<StoreId>> check_superblocks(io::Disk& disk, std::string root, Findings* findings);

/// Every name below `root` is one that a store has. Errors: io.
Task<Status> check_file_names(io::Disk& disk, std::string root, Findings* findings);

/// Headers of the segments up to `last`, or of all that were begun where that is 0: damage there
/// does not keep a log from being read. Errors: io.
Task<Status> check_segment_headers(io::Disk& disk, std::string root, StoreId store, SegmentId last,
                                   Findings* findings);

}  // namespace loam::check
