#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/io/disk.h"
#include "engine/io/event.h"
#include "engine/io/gate.h"
#include "engine/io/loop.h"
#include "engine/keep/keeper.h"
#include "engine/keep/scrub_note.h"
#include "engine/log/segment_walk.h"

namespace loam::keep {

/// Reads the whole log of a store that is in use, again and again, a segment after the other, and
/// holds every group and payload against its hash, so that damage is known while there are backups
/// to mend it from. As slowly as it is told, since nobody waits for it. Where a stop cut it off it
/// goes on after the next start. What the log holds and the index does not yet is left for the
/// next time. Damage goes to the process's log and is counted; nothing is changed.
/// Thread:   the log's loop, but for the counters. Lifetime: borrows what Links names; close()
///           before it goes.
class Scrubber {
  public:
    struct Links {
        io::Loop& loop;
        io::Disk& disk;
        Keeper& keeper;
    };
    Scrubber(Links links, const KeeperOptions& options);
    Scrubber(const Scrubber&) = delete;
    Scrubber& operator=(const Scrubber&) = delete;

    void start();
    /// One whole pass, at once and as fast as it goes. Errors: closed, io (the index, or a note of
    /// how far it is; damage of the log is none).
    Task<Status> scrub();
    Task<void> close();

    ScrubCounters counters() const;  ///< any thread

  private:
    struct Demand;
    Task<void> run();
    void arm();
    Task<Status> pass();
    Task<Status> check_segments(Lsn until, std::vector<SegmentId> segments);
    Task<Status> check_segment(SegmentWalk& walk, Lsn until);
    Task<Status> check_group(SegmentWalk& walk, ScannedGroup group);
    Task<Status> payload_damaged(RecordHeader record, Place place);
    void found(const std::string& what);
    Task<void> keep_to_rate(std::uint64_t octets);
    Task<Status> write_note();
    void show();

    const Links links_;
    const std::string path_;
    const std::string log_dir_;
    const std::chrono::seconds every_;
    const std::uint64_t bytes_per_second_;
    io::Gate gate_;
    io::Event wake_;
    io::Event pause_;
    io::Loop::TimerId timer_ = 0;
    io::Loop::TimerId pause_timer_ = 0;
    std::vector<Demand*> demands_;
    bool hurried_ = false;  ///< somebody waits for the pass under way
    bool closing_ = false;
    bool stopped_ = false;
    ScrubNote note_;
    io::Monotonic paid_until_;  ///< by when what was read may have been read

    std::atomic<bool> running_ = false;
    std::atomic<std::uint64_t> octets_ = 0;
    std::atomic<std::uint64_t> segments_left_ = 0;
    std::atomic<std::uint64_t> damages_ = 0;
    std::atomic<std::int64_t> finished_us_ = 0;
    std::atomic<std::uint64_t> last_damages_ = 0;
};

}  // namespace loam::keep
