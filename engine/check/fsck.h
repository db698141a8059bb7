#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/io/disk.h"
#include "engine/io/loop.h"
#include "engine/io/task.h"

namespace loam::check {

struct FsckOptions {
    std::string path;
    /// Also reads every payload: hashes, and each message rebuilt and held against its SHA-256.
    bool deep = false;
    /// Findings beyond this many are only counted.
    std::size_t findings_max = 1000;
    /// Hears, now and then, how far it is: "account 12 of 40".
    std::function<void(const std::string&)> progress;
};

/// One invariant that does not hold, in words that name what and where.
struct Finding {
    std::string what;
};

struct FsckReport {
    std::uint64_t groups = 0;  ///< of the log, all of them
    std::uint64_t replayed_groups =
        0;  ///< not yet in the index on disk: read into memory for this check
    std::uint64_t torn_bytes = 0;  ///< behind the log's end, never acknowledged
    std::uint64_t accounts = 0;
    std::uint64_t mailboxes = 0;
    std::uint64_t messages = 0;
    std::uint64_t contents = 0;
    std::uint64_t payload_bytes_checked = 0;  ///< deep only
    std::uint64_t findings_count = 0;
    std::vector<Finding> findings;
    std::vector<std::string> advice;  ///< what to do about them, each once
};

/// Checks a store that no process has open, and writes nothing to it but the lock file:
/// - the log parses from its first group to its end, chained, and vouches for what it should;
/// - the index on disk plus the log's tail equals the index that the whole log gives, key by key,
/// messages decoded;
/// - counters of mailboxes and accounts are the sums of their messages; uids and modseqs stay below
/// their bounds;
/// - every content has messages or is owed to the eraser, and what was erased is nobody's; `deep`:
/// and zeros;
/// - every message's content exists, is counted right, and lies in a record of the same account in
/// the log. Errors: busy, not_found, unsupported, io: the check could not run. Damage is a finding,
/// not an error.
Task<Result<FsckReport>> fsck(FsckOptions options, io::Loop& loop, io::Disk& disk);

}  // namespace loam::check
