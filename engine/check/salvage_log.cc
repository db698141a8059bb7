#include "engine/check/salvage_log.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "engine/log/group.h"
#include "engine/log/holes.h"
#include "engine/log/log_survey.h"
#include "engine/log/scanner.h"
#include "engine/log/segment_files.h"
#include "engine/log/segment_window.h"

namespace loam::check {

namespace {

constexpr std::uint64_t kZeroStepBytes = 1U << 20;
constexpr std::size_t kHolesMax = 1000;

std::string name_of(Lsn lsn) {
    return "segment " + std::to_string(lsn_segment(lsn)) + " offset " +
           std::to_string(lsn_offset(lsn));
}

class LogSalvage {
  public:
    LogSalvage(io::Disk& disk, std::string root, StoreId store)
        : disk_(disk), root_(std::move(root)), dir_(log_dir(root_, 0)), store_(store) {}

    Task<Result<LogMends>> run();

  private:
    Task<Result<std::optional<Error>>> walk();
    Task<Result<bool>> step_over_missing();
    Task<Result<std::optional<Lsn>>> next_good_group();
    Task<Result<std::optional<Lsn>>> good_group_in(SegmentId id, std::uint64_t from);
    Task<Status> add_hole(Lsn to);
    Task<Status> end_log_here();
    Task<Status> zero(SegmentId id, std::uint64_t from, std::uint64_t size);
    Status keep_copy(SegmentId id);
    Task<Status> mend_headers();
    Task<Status> mend_header(SegmentId id);

    io::Disk& disk_;
    const std::string root_;
    const std::string dir_;
    const StoreId store_;
    std::vector<SegmentId> segments_;
    LogTail tail_;               ///< where the last walk stood
    LogSurvey survey_;           ///< of the groups that it met
    std::vector<LogHole> gaps_;  ///< between them, where segments are not there
    LogMends mends_;
};

Task<Result<LogMends>> LogSalvage::run() {
    LOAM_CO_TRY(segments_, co_await list_segments(disk_, dir_));
    if (segments_.empty()) co_return fail(Errc::corrupt, dir_ + ": no segment is left");
    for (std::size_t round = 0;; ++round) {
        LOAM_CO_TRY(const std::optional<Error> damage, co_await walk());
        if (round == kHolesMax) {
            co_return damage ? *damage : fail(Errc::corrupt, dir_ + ": too many gaps");
        }
        if (!damage) {
            LOAM_CO_TRY(const bool stepped, co_await step_over_missing());
            if (!stepped) break;
            continue;
        }
        mends_.what.push_back("log: " + damage->what);
        mends_.lost_groups = true;
        LOAM_CO_TRY(const std::optional<Lsn> next, co_await next_good_group());
        if (next) {
            LOAM_CO_TRY_STATUS(co_await add_hole(*next));
        } else if (tail_.position.end.value == 0) {
            co_return fail(Errc::corrupt, dir_ + ": not one group can be read");
        } else {
            LOAM_CO_TRY_STATUS(co_await end_log_here());
        }
    }
    LOAM_CO_TRY_STATUS(co_await mend_headers());
    co_return std::move(mends_);
}

/// Walks to the end or to the damage, and remembers where that is.
Task<Result<std::optional<Error>>> LogSalvage::walk() {
    LogScanner scanner(disk_, dir_, {.store = store_, .allow_gaps = true});
    Status ok = co_await scanner.open(LogPosition{});
    survey_ = {};
    gaps_.clear();
    LogPosition before;
    while (ok) {
        const auto group = co_await scanner.next();
        if (group && !*group) break;
        if (!group) ok = group.error();
        if (!group) continue;
        survey_.add(**group);
        if (lsn_segment((*group)->lsn) > lsn_segment(before.end) + 1)
            gaps_.push_back({before, (*group)->lsn});
        before = (*group)->end;
    }
    tail_ = scanner.tail();
    if (ok) co_return std::optional<Error>();
    if (ok.error().code != Errc::corrupt) co_return ok.error();
    co_return std::optional<Error>(ok.error());
}

/// Gives up the first stretch in which a segment is missing that nobody deleted. False: there is
/// none.
Task<Result<bool>> LogSalvage::step_over_missing() {
    LOAM_CO_TRY(const auto holes, co_await read_holes(disk_, dir_));
    const std::vector<SegmentId> missing = survey_.missing(segments_, holes);
    for (const LogHole& gap : gaps_) {
        const bool lost = std::ranges::any_of(missing, [&gap](SegmentId id) {
            return id > lsn_segment(gap.from.end) && id < lsn_segment(gap.to);
        });
        if (!lost) continue;
        mends_.what.push_back("log: " + segment_path(dir_, missing.front()) + ": missing");
        mends_.lost_groups = true;
        tail_.position = gap.from;
        LOAM_CO_TRY_STATUS(co_await add_hole(gap.to));
        co_return true;
    }
    co_return false;
}

/// The first one behind the place where the walk stands that is whole and of this store.
Task<Result<std::optional<Lsn>>> LogSalvage::next_good_group() {
    for (const SegmentId id : segments_) {
        if (id < tail_.segment) continue;
        const bool here = id == tail_.segment;
        if (here && tail_.closed) continue;
        const std::uint64_t from = here ? tail_.offset + kGroupAlignBytes : kSegmentHeaderBytes;
        LOAM_CO_TRY(const std::optional<Lsn> found, co_await good_group_in(id, from));
        if (found) co_return found;
    }
    co_return std::nullopt;
}

Task<Result<std::optional<Lsn>>> LogSalvage::good_group_in(SegmentId id, std::uint64_t from) {
    LOAM_CO_TRY(const auto window, co_await SegmentWindow::open(disk_, segment_path(dir_, id)));
    LOAM_CO_TRY(const Bytes front, co_await window->view(0, kSegmentHeaderBytes));
    const auto segment = decode_segment_header(front);
    // A whole segment of another store or place is not looked into.
    if (segment && (segment->store != store_ || segment->segment != id)) co_return std::nullopt;
    std::optional<std::uint64_t> signature;
    if (segment) signature = segment->signature;
    for (std::uint64_t at = from; at < window->size(); at += kGroupAlignBytes) {
        LOAM_CO_TRY(const Bytes block, co_await window->view(at, kGroupAlignBytes));
        const auto header = group_header_at(block, id, at);
        if (!header || (signature && header->signature != *signature)) continue;
        if (at + header->total_bytes > window->size()) continue;
        const std::size_t bytes = kGroupHeaderBytes + header->meta_bytes;
        LOAM_CO_TRY(const Bytes metas, co_await window->view(at, bytes));
        if (metas.size() < bytes || !metas_intact(*header, metas)) continue;
        if (parse_group(*header, metas)) co_return header->lsn;
    }
    co_return std::nullopt;
}

Task<Status> LogSalvage::add_hole(Lsn to) {
    LOAM_CO_TRY(std::vector<LogHole> holes, co_await read_holes(disk_, dir_));
    std::erase_if(holes, [this](const LogHole& hole) { return hole.from == tail_.position; });
    holes.push_back({tail_.position, to});
    std::ranges::sort(holes, {}, [](const LogHole& hole) { return hole.from.end; });
    mends_.what.push_back("log: given up between " + name_of(tail_.position.end) + " and " +
                          name_of(to));
    co_return co_await write_holes(disk_, dir_, std::move(holes));
}

/// Nothing good follows: the log ends behind the last good group, as if what follows had been torn.
Task<Status> LogSalvage::end_log_here() {
    mends_.what.push_back("log: ends at " + name_of(tail_.position.end) +
                          " from now on; copies of what was behind it are in " + root_ + "/lost");
    std::uint64_t bytes = tail_.offset + 4 * kGroupAlignBytes;
    for (const SegmentId id : segments_) {
        LOAM_CO_TRY(const auto file,
                    co_await disk_.open(segment_path(dir_, id), io::OpenMode::read));
        LOAM_CO_TRY(const std::uint64_t size, co_await file->size());
        bytes = std::max(bytes, size / kGroupAlignBytes * kGroupAlignBytes);
    }
    for (const SegmentId id : segments_) {
        if (id < tail_.segment) continue;
        const bool here = id == tail_.segment;
        if (here && tail_.closed) continue;
        LOAM_CO_TRY_STATUS(keep_copy(id));
        LOAM_CO_TRY_STATUS(co_await zero(id, here ? tail_.offset : 0, bytes));
    }
    const bool next_exists = std::ranges::binary_search(segments_, tail_.segment + 1);
    if (!tail_.closed || next_exists) co_return Status::good();
    LOAM_CO_TRY(const auto next,
                co_await disk_.open(segment_path(dir_, tail_.segment + 1), io::OpenMode::create));
    LOAM_CO_TRY_STATUS(co_await next->allocate(bytes));
    LOAM_CO_TRY_STATUS(co_await next->sync());
    LOAM_CO_TRY_STATUS(co_await disk_.sync_dir(dir_));
    segments_.push_back(tail_.segment + 1);
    co_return Status::good();
}

Task<Status> LogSalvage::zero(SegmentId id, std::uint64_t from, std::uint64_t size) {
    LOAM_CO_TRY(const auto file, co_await disk_.open(segment_path(dir_, id), io::OpenMode::write));
    LOAM_CO_TRY_STATUS(co_await file->allocate(size));
    const ByteVector zeros(kZeroStepBytes);
    for (std::uint64_t at = from; at < size; at += kZeroStepBytes) {
        const std::uint64_t step = std::min(kZeroStepBytes, size - at);
        LOAM_CO_TRY_STATUS(co_await file->write(at, Bytes(zeros).first(step)));
    }
    co_return co_await file->sync();
}

Status LogSalvage::keep_copy(SegmentId id) {
    const std::filesystem::path from = segment_path(dir_, id);
    const std::filesystem::path place = root_ + "/lost";
    std::error_code error;
    std::filesystem::create_directories(place, error);
    if (!error) {
        std::filesystem::copy_file(from, place / from.filename(),
                                   std::filesystem::copy_options::overwrite_existing, error);
    }
    if (error) return fail(Errc::io, place.string() + ": " + error.message());
    return Status::good();
}

/// A header that is damaged is not missed while the first group is right: it says all again.
Task<Status> LogSalvage::mend_headers() {
    for (const SegmentId id : segments_) {
        if (id > tail_.segment) break;
        LOAM_CO_TRY_STATUS(co_await mend_header(id));
    }
    co_return Status::good();
}

Task<Status> LogSalvage::mend_header(SegmentId id) {
    LOAM_CO_TRY(const auto window, co_await SegmentWindow::open(disk_, segment_path(dir_, id)));
    LOAM_CO_TRY(const Bytes front, co_await window->view(0, kSegmentHeaderBytes));
    if (decode_segment_header(front)) co_return Status::good();
    LOAM_CO_TRY(const Bytes block, co_await window->view(kSegmentHeaderBytes, kGroupAlignBytes));
    const auto first = group_header_at(block, id, kSegmentHeaderBytes);
    if (!first) co_return Status::good();
    SegmentHeader header;
    header.store = store_;
    header.segment = id;
    header.signature = first->signature;
    header.previous = id - 1;
    header.previous_chain = first->previous_chain;
    header.created_us = first->wall_us;
    ByteVector octets(kSegmentHeaderBytes);
    encode_segment_header(header, std::span(octets).first<kSegmentHeaderBytes>());
    LOAM_CO_TRY(const auto file, co_await disk_.open(segment_path(dir_, id), io::OpenMode::write));
    LOAM_CO_TRY_STATUS(co_await file->write(0, octets));
    mends_.what.push_back(segment_path(dir_, id) + ": header made again from its first group");
    co_return co_await file->sync();
}

}  // namespace

Task<Result<LogMends>> salvage_log(io::Disk& disk, std::string root, StoreId store) {
    LogSalvage salvage(disk, std::move(root), store);
    co_return co_await salvage.run();
}

}  // namespace loam::check
