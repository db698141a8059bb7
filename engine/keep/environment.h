#pragma once

#include <functional>
#include <memory>
#include <string>

#include "engine/base/result.h"
#include "engine/index/index.h"
#include "engine/io/loop.h"
#include "engine/keep/lock_file.h"

namespace loam::keep {

/// Says why, and ends the process at once: nobody knows what the disk holds. Restart recovers.
/// Thread: any.
[[noreturn]] void end_process(const Error& error);

/// What a store takes from the process around it beside loops and disks. As made: the real things.
/// A simulation has its own, and then no thread, no file and no exit of the real process is left.
struct Environment {
    /// Keeps other processes out of the store. Null in its Result: there are no others.
    std::function<Result<std::unique_ptr<LockFile>>(const std::string& directory)> lock =
        LockFile::acquire;
    /// Has a log's directory alone while segments are deleted from it.
    std::function<Result<std::unique_ptr<LockFile>>(const std::string& directory)> own_log =
        LockFile::own_directory;
    std::function<Result<std::unique_ptr<Index>>(const std::string& path, IndexOptions)>
        open_index = Index::open;
    /// Where durable groups are put into the index; null: on a thread of the keeper's own.
    io::Workers* apply_workers = nullptr;
    /// The log or the index failed. A real process does not come back from it. Where it does, the
    /// keeper takes nothing more and answers whoever waits with closed. Thread: any.
    std::function<void(const Error&)> stop_process = end_process;
};

}  // namespace loam::keep
