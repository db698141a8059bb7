#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/io/disk.h"
#include "engine/log/holes.h"
#include "engine/log/scanner.h"

namespace loam {

/// What a log says of itself: which segments it should have, and which snapshots stand for older
/// records. Rules: docs/format/log.md, section 6.
class LogSurvey {
  public:
    struct Snapshot {
        Lsn covers;
        std::vector<Place> places;  ///< of its parts, in order
    };

    /// Every group, in order.
    void add(const ScannedGroup& group);
    /// The newest whole ones.
    const std::map<AccountId, Snapshot>& snapshots() const { return snapshots_; }
    /// Whether the account's snapshot stands for its records in the group at `group`.
    bool covers(AccountId account, Lsn group) const;
    /// No snapshot of the account counts: its records do, all of them.
    void forget(AccountId account) { snapshots_.erase(account); }

    /// Segments that should be among `there`, which ascend, and are not. What `holes` go over may
    /// be missing.
    std::vector<SegmentId> missing(std::span<const SegmentId> there,
                                   std::span<const LogHole> holes) const;

  private:
    std::map<AccountId, Snapshot> snapshots_;
    std::optional<CheckpointRecord> checkpoint_;
};

/// The same for a checkpoint that is known already; none: no segment was ever deleted.
std::vector<SegmentId> missing_segments(const CheckpointRecord* checkpoint,
                                        std::span<const SegmentId> there,
                                        std::span<const LogHole> holes);

/// Looks over the groups of the log in `dir` that were written up to `until_us`, wall time.
/// Errors: corrupt (damage, or a segment is missing: names it), unsupported, io.
Task<Result<LogSurvey>> survey_log(io::Disk& disk, std::string dir, StoreId store,
                                   std::int64_t until_us = INT64_MAX);

}  // namespace loam
