#include "engine/keep/scrubber.h"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "engine/codec/checksum.h"
#include "engine/keep/message_names.h"
#include "engine/log/holes.h"
#include "engine/log/segment_files.h"

namespace loam::keep {

namespace {

/// The wall clock may be set, so that no wait is a long one.
constexpr std::chrono::hours kLookEvery{1};
/// A pass that failed is gone on with after this.
constexpr std::chrono::hours kRetry{1};
/// Damages of one pass that the process's log names; more are only counted.
constexpr std::uint64_t kNamedMost = 1000;

std::int64_t in_us(std::chrono::nanoseconds duration) {
    return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

}  // namespace

struct Scrubber::Demand {
    io::Event done;
    Status status;
};

Scrubber::Scrubber(Links links, const KeeperOptions& options)
    : links_(links),
      path_(options.path),
      log_dir_(log_dir(options.path, 0)),
      every_(options.scrub_every),
      bytes_per_second_(options.scrub_bytes_per_second) {}

void Scrubber::start() {
    gate_.spawn(run());
}

Task<Status> Scrubber::scrub() {
    if (stopped_ || closing_) co_return fail(Errc::closed, "scrubbing has stopped");
    Demand demand;
    demands_.push_back(&demand);
    pause_.set();
    wake_.set();
    co_await demand.done.wait();
    co_return demand.status;
}

Task<void> Scrubber::close() {
    closing_ = true;
    links_.loop.cancel(std::exchange(timer_, 0));
    links_.loop.cancel(std::exchange(pause_timer_, 0));
    pause_.set();
    wake_.set();
    co_await gate_.close();
}

ScrubCounters Scrubber::counters() const {
    return {.running = running_,
            .octets = octets_,
            .segments_left = segments_left_,
            .damages = damages_,
            .finished_us = finished_us_,
            .last_damages = last_damages_};
}

void Scrubber::show() {
    damages_ = note_.damages;
    finished_us_ = note_.finished_us;
    last_damages_ = note_.last_damages;
}

Task<void> Scrubber::run() {
    const auto noted = co_await read_scrub_note(links_.disk, path_);
    if (noted) note_ = *noted;
    if (!noted) spdlog::warn("scrub: it begins anew: {}", noted.error().what);
    show();
    Status done;
    while (!closing_) {
        const std::int64_t now = links_.loop.wall_now();
        const bool begun = note_.begun_us != 0;
        const bool cut_off = begun && note_.next != 0;
        const bool due = every_.count() != 0 && done &&
                         (cut_off || !begun || now - note_.begun_us >= in_us(every_));
        if (!due && demands_.empty()) {
            arm();
            co_await wake_.wait();
            done = Status::good();
            continue;
        }
        const std::vector<Demand*> demands = std::exchange(demands_, {});
        hurried_ = !demands.empty();
        if (hurried_) note_.next = 0;  // whoever asks means all of the log
        running_ = true;
        done = co_await pass();
        running_ = false;
        for (Demand* demand : demands) {
            demand->status = done;
            demand->done.set();
        }
        if (!done && !closing_) spdlog::warn("scrub: {}; it goes on later", done.error().what);
    }
    stopped_ = true;
    for (Demand* demand : std::exchange(demands_, {})) {
        demand->status = fail(Errc::closed, "scrubbing has stopped");
        demand->done.set();
    }
}

/// Sets the timer for the next look.
void Scrubber::arm() {
    links_.loop.cancel(std::exchange(timer_, 0));
    if (every_.count() == 0 || closing_) return;
    const auto wait = std::min<std::chrono::nanoseconds>(every_, std::min(kLookEvery, kRetry));
    timer_ = links_.loop.call_at(links_.loop.now() + wait, [this] {
        timer_ = 0;
        wake_.set();
    });
}

Task<Status> Scrubber::pass() {
    if (note_.next == 0) {
        note_.begun_us = links_.loop.wall_now();
        note_.next = 1;
        note_.damages = 0;
    }
    paid_until_ = links_.loop.now();
    auto query = [this] { return links_.keeper.index().view(ReadTier::may_block).applied(); };
    LOAM_CO_TRY(const Applied applied,
                co_await io::offload(links_.loop, io::Workers::Class::background, query));
    LOAM_CO_TRY(auto segments, co_await list_segments(links_.disk, log_dir_));
    std::erase_if(segments,
                  [&](SegmentId id) { return id < note_.next || id > lsn_segment(applied.end); });
    LOAM_CO_TRY_STATUS(co_await check_segments(applied.end, std::move(segments)));
    if (closing_) co_return fail(Errc::closed, "scrubbing has stopped");
    note_.next = 0;
    note_.finished_us = links_.loop.wall_now();
    note_.last_damages = note_.damages;
    spdlog::info("scrub: the log was read to its end, {} damages", note_.damages);
    co_return co_await write_note();
}

/// Those that go meanwhile are left out.
Task<Status> Scrubber::check_segments(Lsn until, std::vector<SegmentId> segments) {
    LOAM_CO_TRY(const auto holes, co_await read_holes(links_.disk, log_dir_));
    segments_left_ = segments.size();
    for (const SegmentId id : segments) {
        const auto walk = co_await SegmentWalk::open(links_.disk, log_dir_, id, holes);
        if (!walk && walk.error().code != Errc::not_found) found(walk.error().what);
        if (walk) {
            LOAM_CO_TRY_STATUS(co_await check_segment(**walk, until));
        }
        if (closing_) break;
        note_.next = id + 1;
        LOAM_CO_TRY_STATUS(co_await write_note());
        --segments_left_;
    }
    segments_left_ = 0;
    co_return Status::good();
}

Task<Status> Scrubber::check_segment(SegmentWalk& walk, Lsn until) {
    while (!walk.over() && walk.at() < until && !closing_) {
        const Lsn from = walk.at();
        auto group = co_await walk.next();
        if (!group) {
            found(group.error().what);
            break;  // where the next one begins nobody knows
        }
        LOAM_CO_TRY_STATUS(co_await check_group(walk, *std::move(group)));
        const std::uint64_t octets = lsn_offset(walk.at()) - lsn_offset(from);
        co_await keep_to_rate(octets);
    }
    co_return Status::good();
}

Task<Status> Scrubber::check_group(SegmentWalk& walk, ScannedGroup group) {
    for (const ScannedRecord& record : group.records) {
        if (record.payload.length == 0) continue;
        const auto octets = co_await walk.payload(record.payload);
        octets_ += record.payload.length;
        const bool good = octets && octets->size() == record.payload.length &&
                          xxh3_64(*octets) == record.payload.xxh3;
        if (good) continue;
        LOAM_CO_TRY_STATUS(co_await payload_damaged(record.header, record.payload));
    }
    co_return Status::good();
}

/// The index is asked after the octets were read: what is erased meanwhile is nobody's by then.
Task<Status> Scrubber::payload_damaged(RecordHeader record, Place place) {
    auto query = [this, &record, &place] {
        return who_misses(links_.keeper.index().view(ReadTier::may_block), record, place);
    };
    LOAM_CO_TRY(const std::string who,
                co_await io::offload(links_.loop, io::Workers::Class::background, query));
    if (who.empty()) co_return Status::good();
    found(who + ": " + describe_place(log_dir_, lsn_segment(place.group), place.offset) +
          ": payload is not what was written");
    co_return Status::good();
}

void Scrubber::found(const std::string& what) {
    ++note_.damages;
    if (note_.damages <= kNamedMost) spdlog::error("scrub: {}", what);
    show();
}

/// Lets mail go first. Whoever demands a pass waits for it.
Task<void> Scrubber::keep_to_rate(std::uint64_t octets) {
    co_await io::yield(links_.loop);
    const bool wait = bytes_per_second_ != 0 && !hurried_ && demands_.empty() && !closing_;
    if (!wait) co_return;
    constexpr std::chrono::nanoseconds kSecond = std::chrono::seconds(1);
    paid_until_ =
        std::max(paid_until_, links_.loop.now()) +
        kSecond * static_cast<std::int64_t>(octets) / static_cast<std::int64_t>(bytes_per_second_);
    pause_timer_ = links_.loop.call_at(paid_until_, [this] {
        pause_timer_ = 0;
        pause_.set();
    });
    co_await pause_.wait();
    links_.loop.cancel(std::exchange(pause_timer_, 0));
}

Task<Status> Scrubber::write_note() {
    show();
    co_return co_await write_scrub_note(links_.disk, path_, note_);
}

}  // namespace loam::keep
