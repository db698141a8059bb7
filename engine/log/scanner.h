#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/io/disk.h"
#include "engine/log/format.h"
#include "engine/record/record.h"

namespace loam {

struct ScannedRecord {
    RecordHeader header;
    Record record;
    Place payload;  ///< length 0 without one; its octets were not read
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
    bool check_payloads = false;  ///< read and hash every payload; damage there is corrupt
    /// Segments may be missing between others (collected): for a rebuild, which knows from the last
    /// CHECKPOINT which ones should exist. Only from the beginning of the log.
    bool allow_gaps = false;
};

/// Where the log ends: what the next writer needs to know.
struct LogTail {
    SegmentId segment = 0;            ///< 0: the log is empty
    bool closed = true;               ///< nothing more fits; the next group opens segment + 1
    std::uint64_t signature = 0;      ///< of `segment`, as the next two
    std::uint64_t segment_bytes = 0;  ///< length of the file
    std::uint64_t offset = 0;         ///< where the next group goes
    LogPosition position;             ///< end of the last valid group
    std::int64_t wall_us = 0;         ///< of that group
    std::uint64_t torn_bytes = 0;     ///< not zero, from `offset` to the last octet that is not
};

class SegmentWindow;

/// Reads a log forward, group by group, metas only. Whether what follows the last valid group is a
/// torn tail or damage: STORAGE 11.4 as told in docs/format/log.md, section 6. Reads only.
/// Thread: the disk's loop. Lifetime: borrows `disk`.
class LogScanner {
  public:
    LogScanner(io::Disk& disk, std::string dir, ScanOptions options);
    ~LogScanner();
    LogScanner(const LogScanner&) = delete;
    LogScanner& operator=(const LogScanner&) = delete;

    /// Once, first. Errors: corrupt (no valid group ends at `from`), io.
    Task<Status> open(LogPosition from);
    /// The next group, nothing at the end. Errors: corrupt, unsupported, io.
    Task<Result<std::optional<ScannedGroup>>> next();
    /// After next() gave nothing.
    const LogTail& tail() const { return tail_; }

  private:
    struct Found;
    Task<Status> start_at_first_segment();
    Task<Status> find_end_of(LogPosition from);
    Task<Status> open_segment(SegmentId id);
    Task<Result<std::optional<ScannedGroup>>> read_group();
    Task<Result<bool>> payloads_match(const ScannedGroup& group, bool damage_is_error);
    Task<Result<bool>> enter_next_segment();
    Task<Status> judge_tail();

    io::Disk& disk_;
    const std::string dir_;
    const ScanOptions options_;
    std::vector<SegmentId> segments_;
    std::unique_ptr<SegmentWindow> window_;
    SegmentHeader header_;
    LogTail tail_;
    std::optional<ScannedGroup> pending_;  // valid, but nothing vouches for it yet
    bool ended_ = false;
};

}  // namespace loam
