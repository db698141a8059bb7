#include "engine/log/segment_walk.h"

#include <optional>
#include <utility>

#include "engine/base/check.h"
#include "engine/log/group.h"
#include "engine/log/segment_files.h"

namespace loam {

SegmentWalk::SegmentWalk(std::unique_ptr<SegmentWindow> window, std::string dir, SegmentId segment,
                         std::vector<LogHole> holes)
    : window_(std::move(window)),
      dir_(std::move(dir)),
      segment_(segment),
      holes_(std::move(holes)) {
    for (const LogHole& hole : holes_) {
        const bool comes_from_before = lsn_segment(hole.from.end) < segment_;
        if (comes_from_before && lsn_segment(hole.to) == segment_) offset_ = lsn_offset(hole.to);
    }
    step_over_holes();
}

Task<Result<std::unique_ptr<SegmentWalk>>> SegmentWalk::open(io::Disk& disk, std::string dir,
                                                             SegmentId segment,
                                                             std::vector<LogHole> holes) {
    LOAM_CO_TRY(auto window, co_await SegmentWindow::open(disk, segment_path(dir, segment)));
    co_return std::unique_ptr<SegmentWalk>(
        new SegmentWalk(std::move(window), std::move(dir), segment, std::move(holes)));
}

/// They ascend.
void SegmentWalk::step_over_holes() {
    for (const LogHole& hole : holes_) {
        if (over_ || hole.from.end != at()) continue;
        over_ = lsn_segment(hole.to) != segment_;
        if (!over_) offset_ = lsn_offset(hole.to);
    }
}

Task<Result<ScannedGroup>> SegmentWalk::next() {
    LOAM_CHECK(!over_);
    const std::string where = describe_place(dir_, segment_, offset_);
    LOAM_CO_TRY(const Bytes block, co_await window_->view(offset_, kGroupAlignBytes));
    const std::optional<GroupHeader> header = group_header_at(block, segment_, offset_);
    if (!header) co_return fail(Errc::corrupt, where + ": no group, and not closed");
    const std::size_t front_bytes = kGroupHeaderBytes + header->meta_bytes;
    LOAM_CO_TRY(const Bytes front, co_await window_->view(offset_, front_bytes));
    if (front.size() < front_bytes || !metas_intact(*header, front))
        co_return fail(Errc::corrupt, where + ": record table or metas");
    Result<ScannedGroup> group = parse_group(*header, front);
    if (!group) co_return fail(group.error().code, where + ": " + group.error().what);
    offset_ += header->total_bytes;
    over_ = (header->flags & kGroupClosed) != 0;
    step_over_holes();
    co_return *std::move(group);
}

Task<Result<Bytes>> SegmentWalk::payload(Place place) {
    co_return co_await window_->view(place.offset, place.length);
}

}  // namespace loam
