#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/io/disk.h"
#include "engine/io/event.h"
#include "engine/io/gate.h"
#include "engine/io/loop.h"
#include "engine/keep/environment.h"
#include "engine/keep/snapshot_writer.h"

namespace loam::keep {

/// Keeps the log from growing for ever: writes snapshots of accounts whose records have become
/// many, and deletes closed segments in which nobody has anything any more. Before, what their
/// records amount to stands in snapshots of all accounts that they are about; a CHECKPOINT record,
/// durable, says which segments are left; then the files go. Slowly, since nobody waits for it.
/// Thread:   the log's loop, but for the counters. Lifetime: borrows what Links names; close()
///           before it goes.
/// Errors:   a sync that fails ends the process. A segment that cannot be read is left alone, and
///           told.
class Collector {
  public:
    struct Links {
        io::Loop& loop;
        io::Disk& disk;
        Keeper& keeper;
        std::function<SegmentId()> current;  ///< the segment being written
        /// The file is about to go: readers let go of it.
        std::function<Task<Status>(SegmentId)> forget;
        /// Keeps backups out while it lives. Errors: busy (one is at work), io.
        std::function<Result<std::unique_ptr<LockFile>>(const std::string& directory)> lock;
        std::function<void(Error)> stop_process;
    };
    Collector(Links links, const KeeperOptions& options);
    Collector(const Collector&) = delete;
    Collector& operator=(const Collector&) = delete;

    void start();
    /// A group is durable.
    void note(const DurableGroup& group);
    /// Writes the snapshots that are due and deletes what can go, whatever it costs; while a backup
    /// is at work, nothing. Errors: closed, io, corrupt.
    Task<Status> collect();
    Task<void> close();

    struct Counters {
        std::uint64_t segments = 0;   ///< deleted
        std::uint64_t snapshots = 0;  ///< of accounts, written
        std::uint64_t snapshot_octets = 0;
    };
    Counters counters() const;  ///< any thread

  private:
    struct Demand;
    struct Finding;
    struct Price;
    Task<void> run();
    Task<Status> write_due();
    Task<Status> round(bool forced);
    Task<Result<std::vector<SegmentId>>> find_unused();
    Task<Result<Finding>> survey(std::vector<SegmentId> unused);
    Task<Result<Price>> price_of(const Finding& finding);
    Task<Status> cover(const Finding& finding, const std::set<AccountId>& uncovered);
    Task<Result<bool>> can_be_read(AccountId account);
    Task<Status> remove(const Finding& finding);
    Task<void> pause(std::chrono::nanoseconds duration);
    void arm();
    void wake_soon();

    const Links links_;
    const std::string log_dir_;
    SnapshotWriter snapshots_;
    const std::chrono::seconds every_;
    io::Gate gate_;
    io::Event wake_;
    io::Event pause_;
    io::Loop::TimerId timer_ = 0;
    io::Loop::TimerId pause_timer_ = 0;
    io::Loop::TimerId wake_timer_ = 0;
    io::Monotonic not_before_;  ///< of the next round
    std::vector<Demand*> demands_;
    bool round_due_ = false;
    bool closing_ = false;
    bool stopped_ = false;
    std::atomic<std::uint64_t> segments_ = 0;
};

/// Makes a log's directory what its last CHECKPOINT says, after a crash in between. Errors: corrupt
/// (a segment is missing: names it), io.
Task<Status> drop_deleted_segments(io::Disk& disk, std::string log_dir, const Index& index);

}  // namespace loam::keep
