#include "engine/keep/eraser.h"

#include <algorithm>

#include <spdlog/spdlog.h>

#include "engine/codec/frame.h"
#include "engine/io/disk.h"
#include "engine/log/format.h"
#include "engine/log/segment_files.h"

namespace loam::keep {

namespace {

/// Places that are announced, punched and synced together.
constexpr std::size_t kBatchPlaces = 256;
/// Erasing takes at most half of the time, and pauses no longer than this after a batch.
constexpr std::chrono::seconds kPauseLongest{1};
/// A walk over all that is owed is made at most so often...
constexpr std::chrono::minutes kRoundsApartMost{10};
/// ...and where deadlines are shorter, this many times within one.
constexpr int kRoundsPerDeadline = 64;
/// What is being read, or could not be punched, is tried again after this.
constexpr std::chrono::seconds kRetryRead{1};
constexpr std::chrono::minutes kRetryFailed{10};
/// Writing the index files anew takes at most this part of the time.
constexpr int kRewriteShare = 20;

std::int64_t in_us(std::chrono::nanoseconds duration) {
    return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

}  // namespace

struct Eraser::Demand {
    io::Event done;
    Status status;
};

Eraser::Eraser(Links links, std::chrono::seconds erase_after)
    : links_(std::move(links)), erase_after_(erase_after) {}

Eraser::~Eraser() = default;

void Eraser::start() {
    gate_.spawn(run());
}

void Eraser::note(std::int64_t deadline_us) {
    soil();
    if (next_due_us_ && *next_due_us_ <= deadline_us) return;
    next_due_us_ = deadline_us;
    arm();
}

void Eraser::hurry() {
    next_due_us_ = links_.loop.wall_now();
    arm();
}

Task<Status> Eraser::erase_due() {
    if (stopped_ || closing_) co_return fail(Errc::closed, "the eraser has stopped");
    Demand demand;
    demands_.push_back(&demand);
    wake_.set();
    co_await demand.done.wait();
    if (!demand.status) co_return demand.status;
    co_return co_await rewrite_index();
}

Task<void> Eraser::close() {
    closing_ = true;
    stop_rewrite_ = true;
    links_.loop.cancel(std::exchange(timer_, 0));
    links_.loop.cancel(std::exchange(rewrite_timer_, 0));
    links_.loop.cancel(std::exchange(pause_timer_, 0));
    pause_.set();
    wake_.set();
    co_await gate_.close();
}

Eraser::Counters Eraser::counters() const {
    return {.contents = contents_, .places = places_, .octets = octets_, .failures = failures_};
}

Task<void> Eraser::run() {
    while (!closing_) {
        const std::vector<Demand*> demands = std::exchange(demands_, {});
        Status done = co_await round();
        while (done && more_ && !closing_)
            done = co_await round();
        for (Demand* demand : demands) {
            demand->status = done;
            demand->done.set();
        }
        if (!done && done.error().code == Errc::closed) break;
        if (!done) spdlog::error("eraser: {}", done.error().what);
        arm();
        if (demands_.empty() && !closing_) co_await wake_.wait();
    }
    stopped_ = true;
    for (Demand* demand : std::exchange(demands_, {})) {
        demand->status = fail(Errc::closed, "the eraser has stopped");
        demand->done.set();
    }
}

/// Sets the timer for the next round.
void Eraser::arm() {
    links_.loop.cancel(std::exchange(timer_, 0));
    if (!next_due_us_ || closing_) return;
    const std::chrono::microseconds left(
        std::max<std::int64_t>(*next_due_us_ - links_.loop.wall_now(), 0));
    std::chrono::nanoseconds apart = std::min<std::chrono::nanoseconds>(
        std::chrono::nanoseconds(erase_after_) / kRoundsPerDeadline, kRoundsApartMost);
    if (links_.keeper.low_space()) apart = std::chrono::nanoseconds(0);
    // The wall clock may be set meanwhile, so that no wait is a long one.
    const auto wait = std::min<std::chrono::nanoseconds>(left, kRoundsApartMost);
    const auto when = std::max(links_.loop.now() + wait, round_began_ + apart);
    timer_ = links_.loop.call_at(when, [this] {
        timer_ = 0;
        wake_.set();
    });
}

/// One walk over all that is owed.
Task<Status> Eraser::round() {
    round_began_ = links_.loop.now();
    next_due_us_.reset();
    failed_ = false;
    more_ = false;
    std::optional<OwedErasure> reached;
    std::optional<std::int64_t> next;
    do {
        const ErasureDue due{
            .until_us = links_.keeper.low_space() ? INT64_MAX : links_.loop.wall_now(),
            .with_places = first_round_};
        auto query = [this, &due, &reached] {
            return plan_erasures(links_.keeper.index().view(ReadTier::may_block), due,
                                 reached ? &*reached : nullptr);
        };
        auto plan = co_await io::offload(links_.loop, io::Workers::Class::background, query);
        if (!plan) {
            note(links_.loop.wall_now() + in_us(kRetryFailed));
            co_return plan.error();
        }
        if (plan->next_deadline_us)
            next = std::min(next.value_or(*plan->next_deadline_us), *plan->next_deadline_us);
        reached = plan->reached;
        LOAM_CO_TRY_STATUS(co_await erase(*std::move(plan)));
    } while (reached && !closing_);
    if (closing_) co_return Status::good();
    if (next) next_due_us_ = std::min(next_due_us_.value_or(*next), *next);
    first_round_ = false;
    if (failed_) co_return fail(Errc::io, "some of what is due could not be erased");
    co_return Status::good();
}

Task<Status> Eraser::erase(ErasePlan plan) {
    const Status forgotten = co_await forget_text(plan);
    if (!forgotten) {
        note(links_.loop.wall_now() + in_us(kRetryFailed));
        co_return forgotten;
    }
    std::size_t from = 0;
    while (from < plan.erasures.size() && !closing_) {
        std::size_t until = from;
        for (std::size_t places = 0; until < plan.erasures.size() && places < kBatchPlaces; ++until)
            places += std::max<std::size_t>(plan.erasures[until].places_count(), 1);
        const io::Monotonic began = links_.loop.now();
        const Batch batch = Batch(plan.erasures).subspan(from, until - from);
        LOAM_CO_TRY_STATUS(co_await erase_batch(batch));
        from = until;
        const auto took = links_.loop.now() - began;
        if (!links_.keeper.low_space()) {
            co_await pause(std::min<std::chrono::nanoseconds>(took, kPauseLongest));
        }
    }
    co_return Status::good();
}

Task<Status> Eraser::forget_text(const ErasePlan& plan) {
    std::map<AccountId, std::vector<Cid>> gone;
    for (const PlannedErasure& planned : plan.erasures) {
        for (const auto& [cid, places] : planned.contents)
            gone[planned.account].push_back(cid);
    }
    if (gone.empty()) co_return Status::good();
    auto work = [this, &gone]() -> Status {
        ZstdContext zstd;
        for (const auto& [account, cids] : gone)
            LOAM_TRY_STATUS(links_.keeper.search().forget(account, cids, zstd));
        return Status::good();
    };
    co_return co_await io::offload(links_.loop, io::Workers::Class::background, work);
}

Task<Status> Eraser::erase_batch(Batch batch) {
    std::map<AccountId, Commit> announcements;
    std::map<AccountId, Commit> reports;
    std::vector<std::pair<AccountId, std::vector<Cid>>> gone;
    std::vector<Place> places;
    for (PlannedErasure& planned : batch) {
        const AccountId account = planned.account;
        std::optional<EraseRecord> record = announce(std::move(planned));
        if (!record) continue;
        places.insert(places.end(), record->row.places.begin(), record->row.places.end());
        gone.emplace_back(account, record->cids);
        if (!record->row.places.empty()) {
            EraseRow rest = record->row;
            rest.places.clear();
            reports[account].entries.push_back(
                {account, Cid{}, ErasedRecord{record->id, rest}, {}});
        }
        announcements[account].entries.push_back({account, Cid{}, *std::move(record), {}});
    }
    LOAM_CO_TRY_STATUS(co_await commit(std::move(announcements)));
    for (const auto& [account, cids] : gone) {
        for (const Cid cid : cids)
            links_.pins.end_erase(account, cid);
        contents_ += cids.size();
    }
    soil();
    const Status punched = co_await punch(std::move(places));
    if (punched) co_return co_await commit(std::move(reports));
    if (punched.error().code == Errc::closed) co_return punched;
    spdlog::warn("eraser: {}; it is tried again", punched.error().what);
    ++failures_;
    failed_ = true;
    note(links_.loop.wall_now() + in_us(kRetryFailed));
    co_return Status::good();
}

std::optional<EraseRecord> Eraser::announce(PlannedErasure planned) {
    EraseRecord record{
        .id = planned.id,
        .cids = {},
        .row = {.deadline_us = planned.deadline_us, .cids = {}, .places = {}},
    };
    more_ = more_ || !planned.later.empty();
    record.row.cids = std::move(planned.later);
    record.row.places = std::move(planned.places);
    for (auto& [cid, of_content] : planned.contents) {
        if (!links_.pins.begin_erase(planned.account, cid, links_.loop.now())) {
            record.row.cids.push_back(cid);
            note(links_.loop.wall_now() + in_us(kRetryRead));
            continue;
        }
        record.cids.push_back(cid);
        record.row.places.insert(record.row.places.end(), of_content.begin(), of_content.end());
    }
    std::ranges::sort(record.row.cids);
    if (record.cids.empty() && record.row.places.empty()) return std::nullopt;
    return record;
}

/// Waits for all of them.
Task<Status> Eraser::commit(std::map<AccountId, Commit> commits) {
    std::size_t left = commits.size();
    Status status;
    io::Event answered;
    for (auto& [account, transaction] : commits) {
        links_.keeper.submit(links_.loop, std::move(transaction),
                             [&](const Result<Committed>& committed) {
                                 if (!committed) status = committed.error();
                                 if (--left == 0) answered.set();
                             });
    }
    if (left > 0) co_await answered.wait();
    co_return status;
}

/// Errors: closed (a sync failed, and with it the process), others (a hole could not be made).
Task<Status> Eraser::punch(std::vector<Place> places) {
    std::ranges::sort(places, {}, [](const Place& place) {
        return std::pair(lsn_segment(place.group), place.offset);
    });
    Status first_failure;
    for (std::size_t from = 0; from < places.size();) {
        const SegmentId segment = lsn_segment(places[from].group);
        std::size_t until = from;
        while (until < places.size() && lsn_segment(places[until].group) == segment)
            ++until;
        const auto here = std::span<const Place>(places).subspan(from, until - from);
        Status punched = co_await punch_segment(segment, here);
        if (!punched && punched.error().code == Errc::closed) co_return punched;
        if (!punched && first_failure) first_failure = std::move(punched);
        from = until;
    }
    co_return first_failure;
}

Task<Status> Eraser::punch_segment(SegmentId segment, std::span<const Place> places) {
    auto file =
        co_await links_.disk.open(segment_path(links_.log_dir, segment), io::OpenMode::write);
    if (!file && file.error().code == Errc::not_found) co_return Status::good();
    if (!file) co_return std::move(file.error());
    std::uint64_t octets = 0;
    for (const Place& place : places) {
        LOAM_CO_TRY_STATUS(co_await (*file)->punch(place.offset, place.length));
        octets += place.length;
    }
    const Status synced = co_await (*file)->sync();
    if (!synced) {
        links_.stop_process(synced.error());
        co_return fail(Errc::closed, synced.error().what);
    }
    places_ += places.size();
    octets_ += octets;
    co_return Status::good();
}

Task<void> Eraser::pause(std::chrono::nanoseconds duration) {
    if (closing_ || duration <= std::chrono::nanoseconds(0)) co_return;
    pause_timer_ = links_.loop.call_at(links_.loop.now() + duration, [this] {
        pause_timer_ = 0;
        pause_.set();
    });
    co_await pause_.wait();
}

/// Something was deleted from the index: within half of the deadline it leaves the files as well.
void Eraser::soil() {
    if (rewrite_timer_ != 0 || closing_) return;
    const auto period =
        std::max<std::chrono::nanoseconds>(erase_after_ / 2, std::chrono::seconds(1));
    const auto when = std::max(links_.loop.now() + period, rewrite_from_);
    rewrite_timer_ = links_.loop.call_at(when, [this] {
        rewrite_timer_ = 0;
        gate_.spawn(rewrite());
    });
}

Task<void> Eraser::rewrite() {
    const io::Monotonic began = links_.loop.now();
    const Status done = co_await rewrite_index();
    rewrite_from_ = links_.loop.now() + (links_.loop.now() - began) * kRewriteShare;
    if (!done) links_.stop_process(done.error());
}

Task<Status> Eraser::rewrite_index() {
    auto work = [this] { return links_.keeper.index().rewrite(stop_rewrite_); };
    co_return co_await io::offload(links_.loop, io::Workers::Class::background, work);
}

}  // namespace loam::keep
