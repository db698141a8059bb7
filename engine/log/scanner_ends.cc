// How a scan begins, in the middle of a log, and how it ends: torn tail or damage.
#include <algorithm>
#include <set>
#include <utility>

#include "engine/base/check.h"
#include "engine/log/group.h"
#include "engine/log/scanner.h"
#include "engine/log/segment_files.h"
#include "engine/log/segment_window.h"

namespace loam {
namespace {

constexpr std::uint64_t kStepBytes = 256U << 10;
constexpr std::size_t kAccountsNamedMax = 8;

/// "accounts 3, 17 (as far as it can be read)": what a damaged record table still says.
std::string accounts_in(const GroupHeader& header, Bytes front) {
    std::set<std::uint64_t> accounts;
    Bytes table = front.subspan(std::min(front.size(), kGroupHeaderBytes));
    for (std::uint32_t i = 0; i < header.records && accounts.size() < kAccountsNamedMax; ++i) {
        const Result<RecordHeader> record = decode_record_header(table);
        if (!record) break;
        accounts.insert(record->account.value);
        table = table.subspan(kRecordHeaderBytes);
    }
    if (accounts.empty()) return "accounts unknown";
    std::string text = "accounts";
    for (const std::uint64_t account : accounts)
        text += (text.size() > 8 ? ", " : " ") + std::to_string(account);
    return text + " (as far as it can be read)";
}

}  // namespace

/// Where the walk stands before a stretch that was given up, goes on with the group behind it.
Task<Status> LogScanner::step_over_hole() {
    const auto hole = std::ranges::find(holes_, tail_.position, &LogHole::from);
    if (hole == holes_.end()) co_return Status::good();
    const SegmentId id = lsn_segment(hole->to);
    const std::uint64_t offset = lsn_offset(hole->to);
    if (!std::ranges::binary_search(segments_, id)) {
        co_return fail(Errc::corrupt, segment_path(dir_, id) + ": missing");
    }
    LOAM_CO_TRY(std::unique_ptr<SegmentWindow> window,
                co_await SegmentWindow::open(disk_, segment_path(dir_, id)));
    LOAM_CO_TRY(const Bytes block, co_await window->view(offset, kGroupAlignBytes));
    const std::optional<GroupHeader> next = group_header_at(block, id, offset);
    if (!next) {
        co_return fail(Errc::corrupt,
                       describe_place(dir_, id, offset) + ": no group, though a hole ends here");
    }
    tail_.segment = id;
    tail_.closed = false;
    tail_.signature = next->signature;
    tail_.segment_bytes = window->size();
    tail_.offset = offset;
    tail_.position = {next->durable, next->previous_chain};
    window_ = std::move(window);
    co_return Status::good();
}

Task<Status> LogScanner::start_after(LogPosition from) {
    const SegmentId id = lsn_segment(from.end);
    tail_.segment = id;
    tail_.position = from;
    tail_.offset = lsn_offset(from.end);
    if (!std::ranges::binary_search(segments_, id)) {
        // The segment that `from` ends may be gone if the next one follows it; entering that one
        // compares the chain.
        if (std::ranges::binary_search(segments_, id + 1)) co_return Status::good();
        co_return fail(Errc::corrupt, segment_path(dir_, id) + ": missing");
    }
    LOAM_CO_TRY(window_, co_await SegmentWindow::open(disk_, segment_path(dir_, id)));
    tail_.segment_bytes = window_->size();
    LOAM_CO_TRY(const std::optional<GroupHeader> last, co_await find_group_before(from));
    if (!last) co_return damaged(tail_.offset, "no group ends here that the index has applied");
    tail_.signature = last->signature;
    tail_.closed = (last->flags & kGroupClosed) != 0;
    tail_.wall_us = last->wall_us;
    co_return Status::good();
}

/// The group that ends at `from`, looked for from there backwards. The chain hash proves it, so
/// neither the segment's header nor the groups before it need to be right.
Task<Result<std::optional<GroupHeader>>> LogScanner::find_group_before(LogPosition from) {
    const std::uint64_t end = lsn_offset(from.end);
    const std::uint64_t least =
        std::max<std::uint64_t>(kSegmentHeaderBytes, end - std::min(end, kGroupBytesMax));
    if (end > window_->size()) co_return std::nullopt;
    for (std::uint64_t top = end; top > least;) {
        const std::uint64_t bottom = top - std::min(kStepBytes, top - least);
        LOAM_CO_TRY(const Bytes step, co_await window_->view(bottom, top - bottom));
        // Seldom more than one: candidates first, since looking at one moves the window.
        std::vector<GroupHeader> candidates;
        for (std::uint64_t at = 0; at < step.size(); at += kGroupAlignBytes) {
            const auto header = group_header_at(step.subspan(at), tail_.segment, bottom + at);
            if (header && bottom + at + header->total_bytes == end) candidates.push_back(*header);
        }
        for (const GroupHeader& header : candidates) {
            const std::size_t front_bytes = kGroupHeaderBytes + header.meta_bytes;
            LOAM_CO_TRY(const Bytes front,
                        co_await window_->view(lsn_offset(header.lsn), front_bytes));
            if (front.size() == front_bytes && chain_hash(front) == from.chain) co_return header;
        }
        top = bottom;
    }
    co_return std::nullopt;
}

/// Torn tail or damage? A later group that states a durable LSN beyond the hole says that the hole
/// was acknowledged.
Task<Status> LogScanner::judge_tail() {
    if (tail_.closed) co_return co_await refuse_later_segments(tail_.segment + 1);
    const Lsn hole = make_lsn(tail_.segment, tail_.offset);
    LOAM_CO_TRY(const std::optional<GroupHeader> later,
                co_await find_group(*window_, tail_.segment, tail_.offset, tail_.signature, hole));
    if (later) {
        LOAM_CO_TRY(const std::string accounts, co_await accounts_at_tail());
        co_return damaged(tail_.offset, "damaged, though the group at " +
                                            std::to_string(lsn_offset(later->lsn)) +
                                            " vouches for it; " + accounts);
    }
    if (tail_.offset + kGroupAlignBytes > tail_.segment_bytes) {
        co_return damaged(tail_.offset, "the segment is full and not closed");
    }
    LOAM_CO_TRY(tail_.torn_bytes, co_await measure_nonzero(*window_, tail_.offset));
    co_return co_await refuse_later_segments(tail_.segment);
}

/// Nothing may have begun in a segment above `last`: the one before it would have been closed.
Task<Status> LogScanner::refuse_later_segments(SegmentId last) {
    for (const SegmentId id : segments_) {
        if (id <= last) continue;
        LOAM_CO_TRY(const std::unique_ptr<SegmentWindow> window,
                    co_await SegmentWindow::open(disk_, segment_path(dir_, id)));
        LOAM_CO_TRY(const Bytes block, co_await window->view(0, kSegmentHeaderBytes));
        const bool has_header = decode_segment_header(block).ok();
        LOAM_CO_TRY(const std::optional<GroupHeader> group,
                    co_await find_group(*window, id, kSegmentHeaderBytes, std::nullopt, Lsn{0}));
        if (!has_header && !group) continue;
        co_return damaged(tail_.offset, "damaged, though " + segment_path(dir_, id) +
                                            " was begun after it; accounts unknown");
    }
    co_return Status::good();
}

Task<Result<std::string>> LogScanner::accounts_at_tail() {
    LOAM_CO_TRY(const Bytes block, co_await window_->view(tail_.offset, kGroupAlignBytes));
    const auto header = group_header_at(block, tail_.segment, tail_.offset);
    if (!header) co_return std::string("accounts unknown");
    co_return accounts_in(*header, block);
}

}  // namespace loam
