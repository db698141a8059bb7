#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/io/disk.h"
#include "engine/io/task.h"

/// The store's files for people: `loam dump`.
namespace loam::check {

/// Calls `line` for each state key of the index on disk whose description begins with `prefix`,
/// with its value. Takes the lock. Errors: busy, not_found, io, corrupt.
Status dump_index(const std::string& path, std::string_view prefix,
                  const std::function<void(std::string_view)>& line);

/// One line of JSON for the header and each group of segment number `segment` of the store at
/// `path`. Errors: not_found, io.
Task<Status> dump_log_segment(io::Disk& disk, std::string path, std::uint32_t segment,
                              std::function<void(std::string_view)> line);

/// Numbers of the segments that exist, ascending. Errors: not_found, io, corrupt.
Task<Result<std::vector<std::uint32_t>>> log_segments(io::Disk& disk, std::string path);

}  // namespace loam::check
