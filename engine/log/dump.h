#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/io/disk.h"
#include "engine/log/format.h"
#include "engine/log/scanner.h"

/// What stands in a segment, for people and scripts.
namespace loam {

/// "append", "copy", ... as dumps and metrics say it.
std::string_view to_string(RecordType type);
/// One line of JSON: {"segment":1,"signature":"...",...}
std::string to_json(const SegmentHeader& header);
/// One line of JSON for a group, with its records; payload octets are never shown.
std::string to_json(const ScannedGroup& group);

/// Calls `line` for the header and for every group of one segment file up to the first place that
/// is not a valid group, and then once for what follows: {"end":8192} or {"invalid":8192,"why":""}.
/// Damage is part of the answer, not an error. Errors: not_found, io.
Task<Status> dump_segment(io::Disk& disk, std::string path,
                          std::function<void(std::string_view)> line);

}  // namespace loam
