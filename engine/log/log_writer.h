#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/io/disk.h"
#include "engine/io/event.h"
#include "engine/io/gate.h"
#include "engine/io/loop.h"
#include "engine/log/format.h"
#include "engine/log/next_segment.h"
#include "engine/log/recover.h"
#include "engine/log/submission.h"

namespace loam {

/// The header, a group of two blocks at most, and the closing group.
inline constexpr std::uint64_t kSegmentBytesMin = 4 * kGroupAlignBytes;

struct LogWriterOptions {
    std::uint64_t segment_bytes = 64U << 20;       ///< of new segments; a multiple of 4096
    std::uint64_t group_bytes_target = 1U << 20;   ///< a group takes transactions up to this
    std::uint64_t unapplied_bytes_max = 8U << 20;  ///< durable, not applied: no new group beyond
    std::chrono::nanoseconds idle = std::chrono::seconds(1);        ///< then a NOOP group vouches
    std::chrono::nanoseconds room_retry = std::chrono::seconds(1);  ///< after low_space()
};

/// A group on disk for good. `submissions` is empty for a NOOP group, which counts all the same:
/// apply `end` and call applied().
struct DurableGroup {
    Lsn lsn;
    LogPosition end;
    io::WallMicros wall_us = 0;
    std::vector<std::unique_ptr<Submission>> submissions;  ///< in log order
    std::chrono::nanoseconds took{0};                      ///< to write and sync
};

struct LogWriterStats {
    std::uint64_t groups = 0;
    std::uint64_t noop_groups = 0;
    std::uint64_t transactions = 0;
    std::uint64_t written_bytes = 0;
    std::uint64_t segments_opened = 0;
};

/// Writes one log: group commit, segment roll, the NOOP group that vouches at rest.
/// Format: docs/format/log.md.
/// Thread:    one loop's, all calls and callbacks.
/// Lifetime:  borrows `loop` and `disk`. close() before it goes.
/// Order:     transactions of one kind (commit or chunk) are durable in the order of submit(), and
///            given back in that order; one group is in flight at a time.
class LogWriter {
  public:
    struct Callbacks {
        /// A group is durable. Runs inside the writer: takes the group, does not wait.
        std::move_only_function<void(DurableGroup)> on_durable;
        /// Writing failed and nobody knows what the disk holds: end the process, restart recovers.
        /// Called once; nothing is written or given back afterwards.
        std::move_only_function<void(Error)> on_fatal;
    };

    LogWriter(io::Loop& loop, io::Disk& disk, std::string dir, StoreId store,
              LogWriterOptions options, Callbacks callbacks);
    ~LogWriter();
    LogWriter(const LogWriter&) = delete;
    LogWriter& operator=(const LogWriter&) = delete;

    /// Goes on behind `tail`, which recover_log() found and repaired, with a NOOP group that
    /// vouches for all before it. Returns when that is durable. Errors: io, no_room, corrupt.
    Task<Status> open(LogTail tail);

    /// Queues one transaction. It must pass fits(). Without effect after a fatal error.
    void submit(std::unique_ptr<Submission> submission);
    /// Takes back the chunk submissions for which `which` is true and that are in no group yet.
    std::vector<std::unique_ptr<Submission>> withdraw_chunks(
        const std::function<bool(const Submission&)>& which);
    /// The index holds everything before `end`.
    void applied(Lsn end);

    /// Writes all that is queued and a NOOP group if one is owed, then stops. No submit() after;
    /// applied() goes on. Transactions for which there is no room are dropped, never acknowledged.
    Task<void> close();

    /// Whether one transaction can be a group; it has a record. Thread: any.
    bool fits(const Submission& submission) const;
    /// Most octets of one group. Thread: any.
    std::uint64_t group_bytes_max() const;
    /// The next segment could not be allocated: admit only what frees space.
    bool low_space() const { return next_.no_room(); }
    /// Octets that groups can still take in the segments that exist.
    std::uint64_t room_bytes() const;
    std::uint64_t queued_bytes() const { return queued_bytes_; }
    SegmentId segment() const { return tail_.segment; }  ///< the one being written
    LogPosition durable() const { return tail_.position; }
    const LogWriterStats& stats() const { return stats_; }

  private:
    using Batch = std::vector<std::unique_ptr<Submission>>;
    Task<void> run();
    static std::uint64_t size_of(const Submission& submission);
    bool idle() const;
    bool may_write() const;
    Batch take_batch();
    void take_from(std::deque<std::unique_ptr<Submission>>& queue, Batch& batch, GroupSize& size);
    Task<Status> write_batch(Batch batch);
    Task<Status> write_group(Batch batch, std::uint32_t flags);
    Task<Status> make_room(std::uint64_t group_bytes);
    Task<Status> switch_segment();
    void deliver(DurableGroup group, std::uint64_t group_bytes);
    void arm_idle_timer();
    void on_idle_timer();
    void fail_with(Error error);

    io::Loop& loop_;
    io::Disk& disk_;
    const std::string dir_;
    const StoreId store_;
    const LogWriterOptions options_;
    Callbacks callbacks_;

    LogTail tail_;
    std::unique_ptr<io::File> file_;
    NextSegment next_;
    io::AlignedBuffer buffer_;

    std::deque<std::unique_ptr<Submission>> commits_;
    std::deque<std::unique_ptr<Submission>> chunks_;
    std::uint64_t queued_bytes_ = 0;
    std::uint64_t unapplied_bytes_ = 0;
    std::deque<std::pair<Lsn, std::uint64_t>> unapplied_;  // end and size of each such group

    io::Gate gate_;
    io::Event wake_;     // run() waits for work, room, or the end
    io::Event started_;  // open() waits for the first group
    Status open_status_;
    bool opened_ = false;
    bool failed_ = false;
    bool closing_ = false;
    bool noop_due_ = false;
    bool vouched_ = true;  // the last group was a NOOP
    io::Monotonic last_group_at_;
    io::Loop::TimerId idle_timer_ = 0;
    LogWriterStats stats_;
};

}  // namespace loam
