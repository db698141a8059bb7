#include "engine/log/scanner.h"

#include <algorithm>
#include <utility>

#include "engine/base/check.h"
#include "engine/log/group.h"
#include "engine/log/segment_files.h"
#include "engine/log/segment_window.h"

namespace loam {

LogScanner::LogScanner(io::Disk& disk, std::string dir, ScanOptions options)
    : disk_(disk), dir_(std::move(dir)), options_(options) {}

LogScanner::~LogScanner() = default;

Task<Status> LogScanner::open(LogPosition from) {
    LOAM_CO_TRY(segments_, co_await list_segments(disk_, dir_));
    LOAM_CO_TRY(holes_, co_await read_holes(disk_, dir_));
    if (from == LogPosition{}) co_return start_at_first();
    co_return co_await start_after(from);
}

/// As if the segment before the first one had just been closed.
Status LogScanner::start_at_first() {
    if (segments_.empty()) return Status::good();
    const bool given_up = !holes_.empty() && holes_.front().from == LogPosition{};
    if (segments_.front() != 1 && !options_.allow_gaps && !given_up) {
        return fail(Errc::corrupt, segment_path(dir_, 1) + ": missing");
    }
    tail_.segment = segments_.front() - 1;
    return Status::good();
}

Task<Result<std::optional<ScannedGroup>>> LogScanner::next() {
    while (state_ == State::walking) {
        LOAM_CO_TRY_STATUS(co_await step_over_hole());
        bool in_segment = true;
        if (tail_.closed) {
            LOAM_CO_TRY(in_segment, co_await enter_next_segment());
        }
        const LogTail before = tail_;
        std::optional<ScannedGroup> group;
        if (in_segment) {
            LOAM_CO_TRY(group, co_await read_group());
        }
        if (!group) {
            state_ = State::judging;
            LOAM_CO_TRY(std::optional<ScannedGroup> last, co_await settle_last());
            if (last) co_return last;
            break;
        }
        // What was just read says that all before it is durable, so it vouches for the one before.
        std::swap(pending_, group);
        before_pending_ = before;
        if (group) co_return group;
    }
    if (state_ == State::judging) {
        LOAM_CO_TRY_STATUS(co_await judge_tail());
        state_ = State::done;
    }
    co_return std::nullopt;
}

/// Nothing vouches for the last group: it counts only if its payloads came to the disk as well.
Task<Result<std::optional<ScannedGroup>>> LogScanner::settle_last() {
    if (!pending_) co_return std::nullopt;
    ScannedGroup last = *std::move(pending_);
    pending_.reset();
    // A segment entered since then vouches too: its header is written after the closing group.
    if (lsn_segment(last.lsn) != tail_.segment) co_return last;
    LOAM_CO_TRY_STATUS(co_await check_payloads(last));
    if (std::ranges::none_of(last.records, &ScannedRecord::payload_damaged)) co_return last;
    tail_ = before_pending_;
    co_return std::nullopt;
}

/// The group at the tail, which then lies behind it; nothing when none is there.
Task<Result<std::optional<ScannedGroup>>> LogScanner::read_group() {
    LOAM_CO_TRY(const Bytes block, co_await window_->view(tail_.offset, kGroupAlignBytes));
    const std::optional<GroupHeader> header = group_header_at(block, tail_.segment, tail_.offset);
    if (!header || header->signature != tail_.signature) co_return std::nullopt;

    // A header this right was not torn. What does not fit around it is damage.
    if (tail_.offset + header->total_bytes > window_->size()) {
        co_return damaged(tail_.offset, "the file ends within a group");
    }
    if (header->previous_chain != tail_.position.chain) {
        co_return damaged(tail_.offset, "a group that does not follow the one before it");
    }
    if (header->durable < tail_.position.end) {
        co_return damaged(tail_.offset, "a group written before the one before it was durable");
    }
    co_return co_await parse_here(*header);
}

Task<Result<std::optional<ScannedGroup>>> LogScanner::parse_here(GroupHeader header) {
    const std::size_t front_bytes = kGroupHeaderBytes + header.meta_bytes;
    LOAM_CO_TRY(const Bytes front, co_await window_->view(tail_.offset, front_bytes));
    if (front.size() < front_bytes || !metas_intact(header, front)) co_return std::nullopt;
    Result<ScannedGroup> group = parse_group(header, front);
    if (!group) {
        const Error& error = group.error();
        co_return fail(error.code,
                       describe_place(dir_, tail_.segment, tail_.offset) + ": " + error.what);
    }
    if (options_.check_payloads) {
        LOAM_CO_TRY_STATUS(co_await check_payloads(*group));
    }
    tail_.offset += header.total_bytes;
    tail_.position = group->end;
    tail_.wall_us = header.wall_us;
    tail_.closed = (header.flags & kGroupClosed) != 0;
    co_return *std::move(group);
}

/// Goes to the segment after a closed one. False when that was never begun.
Task<Result<bool>> LogScanner::enter_next_segment() {
    const auto found = std::ranges::upper_bound(segments_, tail_.segment);
    if (found == segments_.end()) {
        if (tail_.segment == 0) co_return false;
        co_return fail(Errc::corrupt, segment_path(dir_, tail_.segment + 1) +
                                          ": missing, though the segment before it is closed");
    }
    const SegmentId id = *found;
    if (id != tail_.segment + 1 && !options_.allow_gaps) {
        co_return fail(Errc::corrupt, segment_path(dir_, tail_.segment + 1) + ": missing");
    }
    LOAM_CO_TRY(std::unique_ptr<SegmentWindow> window,
                co_await SegmentWindow::open(disk_, segment_path(dir_, id)));
    LogTail entered = tail_;
    LOAM_CO_TRY(const bool begun, co_await begin_segment(*window, id, entered));
    if (!begun) co_return false;
    entered.segment = id;
    entered.closed = false;
    entered.segment_bytes = window->size();
    entered.offset = kSegmentHeaderBytes;
    tail_ = entered;
    window_ = std::move(window);
    co_return true;
}

/// Takes signature and, after a gap, the chain from the header of segment `id`. False when the
/// segment was never begun. A header that is damaged is not missed as long as a group stands behind
/// it.
Task<Result<bool>> LogScanner::begin_segment(SegmentWindow& window, SegmentId id,
                                             LogTail& entered) {
    LOAM_CO_TRY(const Bytes block, co_await window.view(0, kSegmentHeaderBytes));
    const Result<SegmentHeader> header = decode_segment_header(block);
    const std::string path = segment_path(dir_, id);
    if (!header && header.error().code == Errc::unsupported) {
        co_return fail(Errc::unsupported, path + ": " + header.error().what);
    }
    if (!header) co_return co_await adopt_signature(window, id, entered);

    if (header->store != options_.store || header->segment != id) {
        co_return fail(Errc::corrupt, path + ": belongs to another store or place");
    }
    const bool follows = id == tail_.segment + 1;
    if (follows && tail_.position.end.value != 0 &&
        (header->previous != tail_.segment || header->previous_chain != tail_.position.chain)) {
        co_return fail(Errc::corrupt, path + ": does not follow the segment before it");
    }
    entered.signature = header->signature;
    entered.position.chain = header->previous_chain;
    co_return true;
}

/// Without a header: the first group knows the signature, and hangs on the chain all the same.
Task<Result<bool>> LogScanner::adopt_signature(SegmentWindow& window, SegmentId id,
                                               LogTail& entered) {
    LOAM_CO_TRY(const Bytes block, co_await window.view(kSegmentHeaderBytes, kGroupAlignBytes));
    const std::optional<GroupHeader> first = group_header_at(block, id, kSegmentHeaderBytes);
    if (first) {
        ++entered.damaged_headers;
        entered.signature = first->signature;
        const bool follows = id == tail_.segment + 1 && tail_.position.end.value != 0;
        if (!follows) entered.position.chain = first->previous_chain;
        co_return true;
    }
    LOAM_CO_TRY(const std::optional<GroupHeader> later,
                co_await find_group(window, id, kSegmentHeaderBytes, std::nullopt, Lsn{0}));
    if (!later) co_return false;
    co_return fail(Errc::corrupt, describe_place(dir_, id, kSegmentHeaderBytes) +
                                      ": damaged, though groups follow that vouch for it");
}

Task<Status> LogScanner::check_payloads(ScannedGroup& group) {
    for (ScannedRecord& record : group.records) {
        if (record.payload.length == 0) continue;
        LOAM_CO_TRY(const Bytes octets,
                    co_await window_->view(record.payload.offset, record.payload.length));
        record.payload_damaged =
            octets.size() != record.payload.length || xxh3_64(octets) != record.payload.xxh3;
    }
    co_return Status::good();
}

Error LogScanner::damaged(std::uint64_t offset, std::string_view what) const {
    return fail(Errc::corrupt,
                describe_place(dir_, tail_.segment, offset) + ": " + std::string(what));
}

}  // namespace loam
