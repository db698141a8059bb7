#pragma once

#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/io/disk.h"
#include "engine/log/format.h"

/// Names of log directories and segment files. Layout: docs/format/log.md, section 1.
namespace loam {

/// "<root>/log/<n>"
std::string log_dir(const std::string& root, std::uint32_t log);
/// "<dir>/0000002a.seg"
std::string segment_path(const std::string& dir, SegmentId id);
/// Ids of the segment files in `dir`, ascending, the preallocated one too. Other files are left
/// out. Errors: not_found, io.
Task<Result<std::vector<SegmentId>>> list_segments(io::Disk& disk, std::string dir);
/// "log/0/0000002a.seg at 8192", for messages.
std::string describe_place(const std::string& dir, SegmentId id, std::uint64_t offset);

}  // namespace loam
