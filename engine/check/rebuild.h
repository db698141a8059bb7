#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "engine/base/result.h"
#include "engine/io/disk.h"
#include "engine/io/task.h"

/// The index anew, from the log alone: `loam rebuild`.
namespace loam::check {

struct RebuildOptions {
    std::string path;
    /// Hears, now and then, how far it is.
    std::function<void(const std::string&)> progress = {};
};

struct RebuildReport {
    std::uint64_t groups = 0;    ///< of the log
    std::uint64_t records = 0;   ///< in them
    std::uint64_t accounts = 0;  ///< as the index has them now
    std::uint64_t messages = 0;
    std::uint64_t torn_bytes = 0;  ///< behind the log's end, never acknowledged, zeroed now
};

/// Makes a new index of what the log says in db.new, holds it against that once more, and puts it
/// in the place of db, which need not be there. A crash at any moment leaves the old index or the
/// new one, or none; then, too, the log has everything, and another rebuild makes it. Needs memory
/// for the whole state. Errors: busy, not_found, unsupported, io; corrupt (the log is damaged or
/// ends before what the old index holds; names file and offset). Nothing is changed then.
Task<Result<RebuildReport>> rebuild(RebuildOptions options, io::Disk& disk);

}  // namespace loam::check
