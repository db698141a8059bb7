#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "engine/base/result.h"
#include "engine/index/view.h"
#include "engine/io/disk.h"
#include "engine/io/loop.h"
#include "engine/keep/keeper.h"
#include "engine/log/log_writer.h"

namespace loam::keep {

/// Writes snapshots of accounts to the log, and knows which accounts want one: those whose records
/// since the last have grown to twice of what a snapshot takes, so that all snapshots together are
/// at most half of what they stand for.
/// Thread:   the log's loop, but for the counters. Lifetime: borrows what Links names.
class SnapshotWriter {
  public:
    struct Links {
        io::Loop& loop;
        io::Disk& disk;
        Keeper& keeper;
        std::string log_dir;
        std::size_t part_bytes = 0;        ///< of one record
        std::uint64_t meta_bytes_min = 0;  ///< of records, before an account gets a snapshot
    };
    explicit SnapshotWriter(Links links) : links_(std::move(links)) {}
    SnapshotWriter(const SnapshotWriter&) = delete;
    SnapshotWriter& operator=(const SnapshotWriter&) = delete;

    /// Counts the records of a group. True: an account wants a snapshot that did not before.
    bool note(const DurableGroup& group);
    /// An account that wants a snapshot, once.
    std::optional<AccountId> next_due();

    /// Writes a snapshot if there is still reason to, as note() saw it. Errors: closed, io,
    /// corrupt.
    Task<Status> write_if_due(AccountId account);
    /// Writes one in any case; it counts once all of it was read back. One at a time.
    Task<Status> write(AccountId account);

    std::uint64_t snapshots() const { return snapshots_; }  ///< any thread
    std::uint64_t octets() const { return octets_; }        ///< any thread

  private:
    struct Growth {
        std::uint64_t meta_bytes = 0;  ///< since the last snapshot of this process, or its start
        std::uint64_t enough = 0;
    };
    Task<Result<Place>> commit(AccountId account, SnapshotRecord record, ByteVector octets);

    const Links links_;
    std::map<AccountId, Growth> growth_;
    std::set<AccountId> due_;
    std::atomic<std::uint64_t> snapshots_ = 0;
    std::atomic<std::uint64_t> octets_ = 0;
};

}  // namespace loam::keep
