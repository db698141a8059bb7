#include "engine/keep/collector.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <spdlog/spdlog.h>

#include "engine/log/holes.h"
#include "engine/log/log_reader.h"
#include "engine/log/log_survey.h"
#include "engine/log/segment_files.h"
#include "engine/log/segment_survey.h"

namespace loam::keep {

namespace {

/// Segments that go together.
constexpr std::size_t kSegmentsARound = 64;
/// Of one record of a snapshot, where segments are large.
constexpr std::uint64_t kPartBytes = 1U << 20;
/// Looking takes at most this part of the time, and pauses after a snapshot are no longer than
/// this.
constexpr int kShare = 20;
constexpr std::chrono::seconds kPauseLongest{1};
/// A round is worth it if it frees this many times the octets of the snapshots that it needs.
constexpr std::uint64_t kGain = 2;

/// Segments in which some content or upload has a place.
struct InUse {
    std::set<SegmentId> segments;
    SegmentId end = 0;  ///< what the index knew of: the segments before this one
};

Result<InUse> segments_in_use(const IndexView& view) {
    InUse used;
    LOAM_TRY(const Applied applied, view.applied());
    used.end = lsn_segment(applied.end);
    SegmentId last = 0;  // neighbours mostly lie together
    LOAM_TRY_STATUS(view.each_place([&](const Place& place) {
        const SegmentId segment = lsn_segment(place.group);
        if (segment != last) used.segments.insert(segment);
        last = segment;
    }));
    return used;
}

}  // namespace

struct Collector::Demand {
    io::Event done;
    Status status;
};

/// Segments that nobody needs but for their records.
struct Collector::Finding {
    std::set<SegmentId> dead;
    std::map<AccountId, Lsn>
        accounts;             ///< with records there, and the end of the last such segment
    std::uint64_t bytes = 0;  ///< that the segments take on the disk at least
    Lsn flushed;
};

struct Collector::Price {
    std::set<AccountId> uncovered;  ///< by their newest snapshots
    std::uint64_t bytes = 0;        ///< of the snapshots that they need
};

Collector::Collector(Links links, const KeeperOptions& options)
    : links_(std::move(links)),
      log_dir_(log_dir(options.path, 0)),
      snapshots_({.loop = links_.loop,
                  .disk = links_.disk,
                  .keeper = links_.keeper,
                  .log_dir = log_dir_,
                  .part_bytes = std::min<std::uint64_t>(kPartBytes, options.segment_bytes / 4),
                  .meta_bytes_min = options.snapshot_meta_bytes}),
      every_(options.collect_every) {}

void Collector::start() {
    gate_.spawn(run());
}

void Collector::note(const DurableGroup& group) {
    if (snapshots_.note(group)) wake_soon();
}

/// Not at once: whoever calls is in the middle of something.
void Collector::wake_soon() {
    if (closing_ || wake_timer_ != 0) return;
    wake_timer_ = links_.loop.call_at(links_.loop.now(), [this] {
        wake_timer_ = 0;
        wake_.set();
    });
}

Task<Status> Collector::collect() {
    if (stopped_ || closing_) co_return fail(Errc::closed, "the collector has stopped");
    Demand demand;
    demands_.push_back(&demand);
    pause_.set();
    wake_.set();
    co_await demand.done.wait();
    co_return demand.status;
}

Task<void> Collector::close() {
    closing_ = true;
    links_.loop.cancel(std::exchange(timer_, 0));
    links_.loop.cancel(std::exchange(pause_timer_, 0));
    links_.loop.cancel(std::exchange(wake_timer_, 0));
    pause_.set();
    wake_.set();
    co_await gate_.close();
}

Collector::Counters Collector::counters() const {
    return {.segments = segments_,
            .snapshots = snapshots_.snapshots(),
            .snapshot_octets = snapshots_.octets()};
}

Task<void> Collector::run() {
    arm();
    while (!closing_) {
        co_await wake_.wait();
        const std::vector<Demand*> demands = std::exchange(demands_, {});
        const bool look = std::exchange(round_due_, false) || !demands.empty();
        const io::Monotonic began = links_.loop.now();
        Status done = co_await write_due();
        if (done && look) done = co_await round(!demands.empty());
        not_before_ = links_.loop.now() + (links_.loop.now() - began) * kShare;
        for (Demand* demand : demands) {
            demand->status = done;
            demand->done.set();
        }
        if (!done && done.error().code == Errc::closed) break;
        if (!done) spdlog::warn("collector: {}", done.error().what);
        if (look) arm();
    }
    stopped_ = true;
    for (Demand* demand : std::exchange(demands_, {})) {
        demand->status = fail(Errc::closed, "the collector has stopped");
        demand->done.set();
    }
}

/// Sets the timer for the next look.
void Collector::arm() {
    links_.loop.cancel(std::exchange(timer_, 0));
    if (every_.count() == 0 || closing_) return;
    const auto when = std::max<io::Monotonic>(links_.loop.now() + every_, not_before_);
    timer_ = links_.loop.call_at(when, [this] {
        timer_ = 0;
        round_due_ = true;
        wake_.set();
    });
}

Task<Status> Collector::write_due() {
    while (!closing_) {
        const std::optional<AccountId> account = snapshots_.next_due();
        if (!account) break;
        const io::Monotonic began = links_.loop.now();
        LOAM_CO_TRY_STATUS(co_await snapshots_.write_if_due(*account));
        co_await pause(links_.loop.now() - began);
    }
    co_return Status::good();
}

Task<Status> Collector::round(bool forced) {
    LOAM_CO_TRY(std::vector<SegmentId> unused, co_await find_unused());
    if (unused.empty()) co_return Status::good();
    LOAM_CO_TRY(const Finding finding, co_await survey(std::move(unused)));
    if (finding.dead.empty() || closing_) co_return Status::good();
    LOAM_CO_TRY(const Price price, co_await price_of(finding));
    if (!forced && price.bytes * kGain > finding.bytes) co_return Status::good();
    LOAM_CO_TRY_STATUS(co_await cover(finding, price.uncovered));
    if (closing_) co_return Status::good();
    co_return co_await remove(finding);
}

/// Whatever nobody has now nobody will have later: records give places to contents in the segment
/// that they stand in, and to none before.
Task<Result<std::vector<SegmentId>>> Collector::find_unused() {
    auto query = [this] {
        return segments_in_use(links_.keeper.index().view(ReadTier::may_block));
    };
    LOAM_CO_TRY(const InUse used,
                co_await io::offload(links_.loop, io::Workers::Class::background, query));
    LOAM_CO_TRY(auto segments, co_await list_segments(links_.disk, log_dir_));
    LOAM_CO_TRY(const auto holes, co_await read_holes(links_.disk, log_dir_));
    std::set<SegmentId> beside_holes;
    for (const LogHole& hole : holes)
        beside_holes.insert({lsn_segment(hole.from.end), lsn_segment(hole.to)});
    std::erase_if(segments, [&](SegmentId id) {
        return id >= used.end || used.segments.contains(id) || beside_holes.contains(id);
    });
    if (segments.size() > kSegmentsARound) segments.resize(kSegmentsARound);
    co_return segments;
}

/// What the index must know for good before they go, and of whom.
Task<Result<Collector::Finding>> Collector::survey(std::vector<SegmentId> unused) {
    Finding finding;
    auto flush = [this] { return links_.keeper.index().flush(); };
    LOAM_CO_TRY(const Applied flushed,
                co_await io::offload(links_.loop, io::Workers::Class::background, flush));
    finding.flushed = flushed.end;
    for (const SegmentId id : unused) {
        if (id >= lsn_segment(flushed.end) || closing_) break;
        const auto survey = co_await survey_segment(links_.disk, log_dir_, id);
        if (!survey) {
            spdlog::warn("collector: {} stays: {}", segment_path(log_dir_, id),
                         survey.error().what);
            continue;
        }
        finding.dead.insert(id);
        finding.bytes += survey->front_bytes;
        for (const AccountId account : survey->accounts)
            finding.accounts[account] = std::max(finding.accounts[account], survey->end);
    }
    co_return finding;
}

Task<Result<Collector::Price>> Collector::price_of(const Finding& finding) {
    auto query = [this, &finding]() -> Result<Price> {
        const IndexView view = links_.keeper.index().view(ReadTier::may_block);
        Price price;
        for (const auto& [account, end] : finding.accounts) {
            LOAM_TRY(const auto row, view.snapshot(account));
            if (row && row->covers >= end) continue;
            price.uncovered.insert(account);
            LOAM_TRY_STATUS(
                view.each_state(account, {}, [&](std::string_view key, std::string_view value) {
                    price.bytes += key.size() + value.size();
                    return true;
                }));
        }
        return price;
    };
    co_return co_await io::offload(links_.loop, io::Workers::Class::background, query);
}

/// Sees to it that a snapshot that can be read stands for the records of every account.
Task<Status> Collector::cover(const Finding& finding, const std::set<AccountId>& uncovered) {
    for (const auto& [account, end] : finding.accounts) {
        if (closing_) co_return Status::good();
        const bool written = !uncovered.contains(account);
        if (written) {
            LOAM_CO_TRY(const bool good, co_await can_be_read(account));
            if (good) continue;
        }
        const io::Monotonic began = links_.loop.now();
        LOAM_CO_TRY_STATUS(co_await snapshots_.write(account));
        co_await pause(links_.loop.now() - began);
    }
    co_return Status::good();
}

/// The account's newest snapshot: one that was damaged since it was written stands for nothing.
Task<Result<bool>> Collector::can_be_read(AccountId account) {
    auto query = [this, account] {
        return links_.keeper.index().view(ReadTier::may_block).snapshot(account);
    };
    LOAM_CO_TRY(const auto row,
                co_await io::offload(links_.loop, io::Workers::Class::background, query));
    if (!row) co_return false;
    LogReader log(links_.disk, log_dir_);
    for (const Place& place : row->places) {
        const auto octets = co_await log.read(place);
        if (!octets && octets.error().code != Errc::corrupt) co_return octets.error();
        if (!octets) co_return false;
    }
    co_return true;
}

Task<Status> Collector::remove(const Finding& finding) {
    const auto lock = links_.lock(log_dir_);
    if (!lock && lock.error().code == Errc::busy) {
        spdlog::info("collector: {} segments wait for a backup to end", finding.dead.size());
        co_return Status::good();
    }
    if (!lock) co_return lock.error();
    LOAM_CO_TRY(const auto segments, co_await list_segments(links_.disk, log_dir_));
    CheckpointRecord checkpoint{.applied = finding.flushed, .segments = {}};
    for (const SegmentId id : segments) {
        if (id <= links_.current() && !finding.dead.contains(id)) checkpoint.segments.push_back(id);
    }
    Commit commit;
    commit.entries.push_back({kStoreAccount, Cid{}, std::move(checkpoint), {}});
    LOAM_CO_TRY_STATUS(co_await links_.keeper.commit(links_.loop, std::move(commit)));
    for (const SegmentId id : finding.dead) {
        LOAM_CO_TRY_STATUS(co_await links_.forget(id));
        LOAM_CO_TRY_STATUS(co_await links_.disk.unlink(segment_path(log_dir_, id)));
        ++segments_;
    }
    // Names of new segments may have been lost with it, whoever syncs next.
    const Status synced = co_await links_.disk.sync_dir(log_dir_);
    if (synced) co_return synced;
    links_.stop_process(synced.error());
    co_return fail(Errc::closed, synced.error().what);
}

Task<Status> drop_deleted_segments(io::Disk& disk, std::string log_dir, const Index& index) {
    LOAM_CO_TRY(const auto checkpoint, index.view(ReadTier::may_block).checkpoint());
    if (!checkpoint) co_return Status::good();
    LOAM_CO_TRY(const auto there, co_await list_segments(disk, log_dir));
    LOAM_CO_TRY(const auto holes, co_await read_holes(disk, log_dir));
    const auto missing = missing_segments(&*checkpoint, there, holes);
    if (!missing.empty()) {
        co_return fail(Errc::corrupt, segment_path(log_dir, missing.front()) + ": missing");
    }
    bool dropped = false;
    for (const SegmentId id : there) {
        if (id > checkpoint->segments.back()) break;
        if (std::ranges::binary_search(checkpoint->segments, id)) continue;
        LOAM_CO_TRY_STATUS(co_await disk.unlink(segment_path(log_dir, id)));
        dropped = true;
    }
    if (!dropped) co_return Status::good();
    co_return co_await disk.sync_dir(log_dir);
}

/// Whoever demands something does not wait for it.
Task<void> Collector::pause(std::chrono::nanoseconds duration) {
    if (closing_ || !demands_.empty() || duration <= std::chrono::nanoseconds(0)) co_return;
    const auto length = std::min<std::chrono::nanoseconds>(duration, kPauseLongest);
    pause_timer_ = links_.loop.call_at(links_.loop.now() + length, [this] {
        pause_timer_ = 0;
        pause_.set();
    });
    co_await pause_.wait();
    links_.loop.cancel(std::exchange(pause_timer_, 0));
}

}  // namespace loam::keep
