#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/io/disk.h"
#include "engine/log/format.h"
#include "engine/log/holes.h"
#include "engine/record/record.h"

namespace loam {

struct ScannedRecord {
    RecordHeader header;
    Record record;
    Place payload;                 ///< length 0 without one; its octets were not read
    bool payload_damaged = false;  ///< known with ScanOptions::check_payloads only
};

struct ScannedGroup {
    Lsn lsn;
    LogPosition end;
    std::int64_t wall_us = 0;
    std::uint32_t flags = 0;
    std::vector<ScannedRecord> records;  ///< those of one transaction have equal header.txn
};

struct ScanOptions {
    StoreId store{};
    /// Read and hash every payload. Damage there is damage to one message, not to the log.
    bool check_payloads = false;
    /// Segments may be missing before and between others, since they were deleted: whoever sets it
    /// asks a LogSurvey which ones should exist.
    bool allow_gaps = false;
};

/// Where the log ends: what the next writer needs to know.
struct LogTail {
    SegmentId segment = 0;              ///< 0: the log is empty
    bool closed = true;                 ///< nothing more fits; the next group opens segment + 1
    std::uint64_t signature = 0;        ///< of `segment`, as the next two
    std::uint64_t segment_bytes = 0;    ///< length of the file
    std::uint64_t offset = 0;           ///< where the next group goes
    LogPosition position;               ///< end of the last valid group
    std::int64_t wall_us = 0;           ///< of that group
    std::uint64_t torn_bytes = 0;       ///< from `offset` to the last octet that is not zero
    std::uint32_t damaged_headers = 0;  ///< segments entered by their first group alone
};

class SegmentWindow;

/// Reads a log forward, group by group, metas only, and judges its end: torn tail or damage.
/// Rules: docs/format/log.md, section 6. Steps over holes: section 8. Reads only.
/// Thread: the disk's loop. Lifetime: borrows `disk`.
class LogScanner {
  public:
    LogScanner(io::Disk& disk, std::string dir, ScanOptions options);
    ~LogScanner();
    LogScanner(const LogScanner&) = delete;
    LogScanner& operator=(const LogScanner&) = delete;

    /// Once, first: goes to `from`, or to the beginning of the log when that is all zero.
    /// Errors: corrupt (no valid group ends at `from`), unsupported, io.
    Task<Status> open(LogPosition from);
    /// The next group, nothing at the end. Errors: corrupt (names file and offset), unsupported,
    /// io.
    Task<Result<std::optional<ScannedGroup>>> next();
    /// After next() gave nothing.
    const LogTail& tail() const { return tail_; }

  private:
    enum class State : std::uint8_t { walking, judging, done };

    Status start_at_first();
    Task<Status> step_over_hole();
    Task<Status> start_after(LogPosition from);
    Task<Result<std::optional<GroupHeader>>> find_group_before(LogPosition from);
    Task<Result<std::optional<ScannedGroup>>> read_group();
    Task<Result<std::optional<ScannedGroup>>> parse_here(GroupHeader header);
    Task<Result<bool>> enter_next_segment();
    Task<Result<bool>> begin_segment(SegmentWindow& window, SegmentId id, LogTail& entered);
    Task<Result<bool>> adopt_signature(SegmentWindow& window, SegmentId id, LogTail& entered);
    Task<Status> check_payloads(ScannedGroup& group);
    Task<Result<std::optional<ScannedGroup>>> settle_last();
    Task<Status> judge_tail();
    Task<Status> refuse_later_segments(SegmentId last);
    Task<Result<std::string>> accounts_at_tail();
    Error damaged(std::uint64_t offset, std::string_view what) const;

    io::Disk& disk_;
    const std::string dir_;
    const ScanOptions options_;
    State state_ = State::walking;
    std::vector<SegmentId> segments_;
    std::vector<LogHole> holes_;             // given up: gone over as if they were not there
    std::unique_ptr<SegmentWindow> window_;  // of tail_.segment
    LogTail tail_;                           // behind the last group read
    std::optional<ScannedGroup> pending_;    // that group, while nothing vouches for it
    LogTail before_pending_;
};

}  // namespace loam
