#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "engine/base/result.h"
#include "engine/io/disk.h"
#include "engine/io/loop.h"
#include "engine/keep/collector.h"
#include "engine/keep/environment.h"
#include "engine/keep/eraser.h"
#include "engine/keep/keeper.h"
#include "engine/keep/scrubber.h"

namespace loam::keep {

/// What a store does to its log by itself: it erases, collects and reads again.
/// Thread:   the log's loop, but for the counters. Lifetime: borrows what Links names; close()
///           before it goes.
class Upkeep {
  public:
    struct Links {
        io::Loop& loop;
        io::Disk& disk;
        Keeper& keeper;
        ReadPins& pins;
        std::function<SegmentId()> current;  ///< the segment being written
        /// The file is about to go: readers let go of it.
        std::function<Task<Status>(SegmentId)> forget;
        std::function<Result<std::unique_ptr<LockFile>>(const std::string& directory)> lock;
        /// The process ends because of an error of whoever is named.
        std::function<void(const std::string& who, const Error& error)> stop_process;
    };
    Upkeep(Links links, const KeeperOptions& options);

    void start();
    /// A group is durable.
    void note(const DurableGroup& group) { collector_.note(group); }
    /// An erasure with this deadline is owed now.
    void note_owed(std::int64_t deadline_us) { eraser_.note(deadline_us); }
    /// The disk is nearly full.
    void hurry() { eraser_.hurry(); }
    /// Keeper::erase_due(), Keeper::scrub().
    Task<Status> erase_due();
    Task<Status> scrub();
    Task<void> close();
    void add_to(Keeper::Counters& counters) const;  ///< any thread

  private:
    const Links links_;
    Eraser eraser_;
    Collector collector_;
    Scrubber scrubber_;
};

}  // namespace loam::keep
