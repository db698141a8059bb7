#include "engine/log/log_survey.h"

#include <algorithm>
#include <utility>

#include "engine/log/segment_files.h"

namespace loam {

namespace {

/// More are not told: a file with a wild name would make billions of them.
constexpr std::size_t kMissingTold = 1000;

bool given_up(SegmentId id, std::span<const LogHole> holes) {
    return std::ranges::any_of(holes, [id](const LogHole& hole) {
        return id > lsn_segment(hole.from.end) && id < lsn_segment(hole.to);
    });
}

}  // namespace

void LogSurvey::add(const ScannedGroup& group) {
    for (const ScannedRecord& record : group.records) {
        if (const auto* checkpoint = std::get_if<CheckpointRecord>(&record.record))
            checkpoint_ = *checkpoint;
        const auto* snapshot = std::get_if<SnapshotRecord>(&record.record);
        if (snapshot == nullptr || !snapshot->last) continue;
        Snapshot& newest = snapshots_[record.header.account];
        if (snapshot->covers < newest.covers) continue;
        newest = {.covers = snapshot->covers, .places = snapshot->parts};
    }
}

bool LogSurvey::covers(AccountId account, Lsn group) const {
    const auto found = snapshots_.find(account);
    return found != snapshots_.end() && group < found->second.covers;
}

std::vector<SegmentId> LogSurvey::missing(std::span<const SegmentId> there,
                                          std::span<const LogHole> holes) const {
    return missing_segments(checkpoint_ ? &*checkpoint_ : nullptr, there, holes);
}

std::vector<SegmentId> missing_segments(const CheckpointRecord* checkpoint,
                                        std::span<const SegmentId> there,
                                        std::span<const LogHole> holes) {
    std::vector<SegmentId> missing;
    const auto want = [&](SegmentId id) {
        if (!std::ranges::binary_search(there, id) && !given_up(id, holes)) missing.push_back(id);
    };
    SegmentId next = 1;
    if (checkpoint != nullptr && !checkpoint->segments.empty()) {
        std::ranges::for_each(checkpoint->segments, want);
        next = checkpoint->segments.back() + 1;
    }
    for (const SegmentId id : there) {
        for (; next < id && missing.size() < kMissingTold; ++next)
            want(next);
        next = std::max(next, id + 1);
    }
    return missing;
}

Task<Result<LogSurvey>> survey_log(io::Disk& disk, std::string dir, StoreId store,
                                   std::int64_t until_us) {
    LogScanner scanner(disk, dir, {.store = store, .allow_gaps = true});
    LOAM_CO_TRY_STATUS(co_await scanner.open(LogPosition{}));
    LogSurvey survey;
    SegmentId last = UINT32_MAX;
    for (;;) {
        LOAM_CO_TRY(const auto group, co_await scanner.next());
        if (!group) break;
        if (group->wall_us > until_us) {
            last = lsn_segment(group->lsn);
            break;
        }
        survey.add(*group);
    }
    LOAM_CO_TRY(std::vector<SegmentId> there, co_await list_segments(disk, dir));
    std::erase_if(there, [last](SegmentId id) { return id > last; });
    LOAM_CO_TRY(const auto holes, co_await read_holes(disk, dir));
    const std::vector<SegmentId> missing = survey.missing(there, holes);
    if (missing.empty()) co_return survey;
    co_return fail(Errc::corrupt, segment_path(dir, missing.front()) + ": missing");
}

}  // namespace loam
