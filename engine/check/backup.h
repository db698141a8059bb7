#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/io/disk.h"
#include "engine/io/loop.h"
#include "engine/io/task.h"

/// A copy of a store's log up to some moment: a backup is a store without an index.
namespace loam::check {

struct BackupOptions {
    std::string path;  ///< the store, which a server may have open
    std::string to;    ///< a directory: missing, empty, or with an older backup of the same store
    std::function<void(const std::string&)> progress = {};
};

struct BackupReport {
    std::uint64_t segments_copied = 0;
    std::uint64_t segments_kept = 0;  ///< of an older backup: not changed since
    std::uint64_t segments_removed = 0;
    std::uint64_t bytes_copied = 0;  ///< less where the file system shares blocks
    std::uint64_t groups = 0;        ///< in the backup
    std::uint64_t payloads_verified = 0;
    std::uint64_t payloads_gone = 0;  ///< erased or damaged in the store as well
    Lsn end;
    std::int64_t wall_us = 0;  ///< when the last group was written: the moment of the backup
};

/// Copies what is new and reads it back. Everything that was acknowledged before the call is in it.
/// A backup that is cut off can be run again. Errors: not_found, invalid (`to` holds something
/// else), busy (another one runs), corrupt (the store's log, or the copy), io, no_room.
Task<Result<BackupReport>> backup(BackupOptions options, io::Loop& loop, io::Disk& disk);

struct RestoreReport {
    std::uint64_t bytes_copied = 0;
    std::uint64_t accounts = 0;
    std::uint64_t messages = 0;
};

/// Makes a store at `to`, which is missing or empty, from the backup at `from`, with an index.
/// Errors: not_found, exists, corrupt, io, no_room.
Task<Result<RestoreReport>> restore(std::string from, std::string to,
                                    std::function<void(const std::string&)> progress,
                                    io::Disk& disk);

}  // namespace loam::check
