#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "engine/base/result.h"
#include "engine/io/disk.h"
#include "engine/log/format.h"
#include "engine/log/scanner.h"

namespace loam {

/// Takes one group; an error ends the recovery.
using GroupVisitor = std::function<Task<Status>(ScannedGroup)>;

/// Walks the log from `from`, the position that the index holds, and gives every group behind it to
/// `visit`, in order. Then makes the end fit for writing: octets of a group that was never
/// acknowledged are zeroed, durably. Everything given to `visit` is durable.
/// Start LogWriter with the result; its first group vouches for the last one given here.
/// Errors: corrupt (damage before something acknowledged, or no group ends at `from`; names file
/// and offset), unsupported, io, and whatever `visit` returns.
Task<Result<LogTail>> recover_log(io::Disk& disk, std::string dir, ScanOptions options,
                                  LogPosition from, GroupVisitor visit);

/// The same for a look without touching: nothing is written; LogTail::torn_bytes says what
/// recover_log() would zero. Works beside a running writer only up to what was durable then.
Task<Result<LogTail>> inspect_log(io::Disk& disk, std::string dir, ScanOptions options,
                                  LogPosition from, GroupVisitor visit);

}  // namespace loam
