#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/index/index.h"
#include "engine/io/disk.h"
#include "engine/io/loop.h"
#include "engine/keep/environment.h"
#include "engine/keep/read_pins.h"
#include "engine/log/format.h"
#include "engine/record/record.h"
#include "engine/search/segment_store.h"

namespace loam::keep {

/// One transaction: it becomes durable and visible whole or not at all.
struct Commit {
    struct Entry {
        AccountId account;
        Cid cid;  ///< APPEND, CHUNK and ABORT
        Record record;
        ByteVector payload;
    };
    std::vector<Entry> entries;
    bool chunk =
        false;  ///< part of a body still arriving: gives way to commits that a client waits for
};

/// Where a transaction went. By now it is durable and in the index.
struct Committed {
    Lsn end;  ///< of its group: an index view at or past it holds the transaction
    std::vector<Place> payloads;  ///< one for each entry; length 0 where it had none
};

struct KeeperOptions {
    std::string path;
    std::uint64_t cache_bytes = 256ULL << 20;
    std::uint64_t segment_bytes = 64ULL << 20;
    std::chrono::seconds erase_after = std::chrono::hours(24);
    bool erase = true;  ///< off: what is owed waits until the store is opened again
    std::chrono::seconds collect_every = std::chrono::minutes(10);  ///< 0: only when asked
    std::uint64_t snapshot_meta_bytes = 64U << 10;    ///< of records, before an account gets one
    std::chrono::seconds scrub_every{0};              ///< 0: only when asked
    std::uint64_t scrub_bytes_per_second = 8U << 20;  ///< at most, about; 0: as fast as it goes
};

/// What is known of reading the whole log again: keep::Scrubber.
struct ScrubCounters {
    bool running = false;
    std::uint64_t octets = 0;         ///< of payloads, read since the start
    std::uint64_t segments_left = 0;  ///< of the pass under way
    std::uint64_t damages = 0;        ///< found by the pass under way, or by the last
    std::int64_t finished_us = 0;     ///< when the last whole pass ended, wall time; 0: never
    std::uint64_t last_damages = 0;   ///< that it found
};

/// The log and its index as one: takes transactions, makes them durable in groups, applies them,
/// answers reads. Thread:   open, close on the log's loop; submit, commit, read on any; callbacks
/// come on the caller's loop. Order:    transactions submitted from one loop become durable,
/// applied and answered in that order (chunks among
///           themselves likewise).
/// Errors:   a write, sync or index error ends the process with a message: nobody knows what the
/// disk holds then,
///           and restart recovers.
class Keeper {
  public:
    /// Brings the index up to the log's end, mends a torn tail, gives up uploads that were under
    /// way. The directory exists and is locked. Errors: corrupt, unsupported, io, no_room.
    static Task<Result<std::unique_ptr<Keeper>>> open(KeeperOptions options, io::Loop& log_loop,
                                                      io::Disk& disk, Environment environment);
    /// Makes files of a new store in an existing, empty directory.
    static Task<Status> create(const KeeperOptions& options, io::Loop& loop, io::Disk& disk);
    Keeper(const Keeper&) = delete;
    Keeper& operator=(const Keeper&) = delete;
    ~Keeper();  ///< after close()

    /// Waits for what is queued, ends the log with a closing word, makes the index durable.
    Task<Status> close();

    /// `done` runs on `home` once the transaction is durable and applied. Errors: closed (the log
    /// ends without it, as far as we know).
    using Done = std::move_only_function<void(Result<Committed>)>;
    void submit(io::Loop& home, Commit commit, Done done);
    /// The same to await.
    Task<Result<Committed>> commit(io::Loop& home, Commit commit);

    /// Random, made with the store.
    const StoreId& store_id() const;

    /// The disk is nearly full: only what frees space is welcome.
    bool low_space() const;

    /// Zeroes in the log all that is due for it, writes the index's files anew and deletes segments
    /// in which nothing is left, without waiting for their time. Errors: closed, io, corrupt.
    Task<Status> erase_due(io::Loop& here);
    /// Reads the whole log and holds it against its hashes, at once; counters().scrub says what was
    /// found. Errors: closed, io.
    Task<Status> scrub(io::Loop& here);
    /// Told of each segment file before it is deleted, on the log's loop: readers let go of it.
    /// Before anything is deleted.
    using SegmentGone = std::function<Task<Status>(SegmentId segment)>;
    void on_segment_gone(SegmentGone gone);
    /// Who reads what. Thread: any.
    ReadPins& pins();

    Index& index() { return *index_; }
    /// The search index of accounts, which is kept in the index.
    lookup::SegmentStore& search() { return search_; }
    /// Runs `query(view)` now if the cache has all it needs, else in a worker. `query` returns a
    /// Result and may run twice.
    template <typename Query>
    Task<std::invoke_result_t<Query&, const IndexView&>> read(io::Loop& here, Query query) {
        {
            const IndexView view = index_->view(ReadTier::cache_only);
            auto result = query(view);
            if (result || result.error().code != Errc::busy) co_return result;
        }
        Index& index = *index_;
        auto blocking = [&index, &query] { return query(index.view(ReadTier::may_block)); };
        co_return co_await io::offload(here, io::Workers::Class::foreground, std::move(blocking));
    }

    struct Counters {
        std::uint64_t groups = 0;
        std::uint64_t transactions = 0;
        std::uint64_t log_bytes = 0;
        std::uint64_t log_write_us = 0;    ///< to write and sync all groups
        std::uint64_t waiting_groups = 0;  ///< durable, and not in the index yet
        std::uint64_t replayed_groups = 0;
        std::uint64_t erased_contents = 0;
        std::uint64_t erased_places = 0;
        std::uint64_t erased_octets = 0;
        std::uint64_t erase_failures = 0;
        std::uint64_t segments_deleted = 0;
        std::uint64_t snapshots = 0;
        std::uint64_t snapshot_octets = 0;
        ScrubCounters scrub;
    };
    Counters counters() const;

  private:
    struct Impl;
    explicit Keeper(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
    Index* index_ = nullptr;
    lookup::SegmentStore search_;
};

}  // namespace loam::keep
