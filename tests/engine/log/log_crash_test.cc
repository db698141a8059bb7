// Seeded runs of a program that keeps a log, on a disk that loses power again and again.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/engine/log/sim_log.h"
#include "tests/support/seeds.h"

namespace loam {
namespace {

using testing::SeenGroup;
using testing::SimLog;
using testing::Txn;
using testing::txns_of;

const std::string kSecond = testing::kDir + "/00000002.seg";
const std::string kThird = testing::kDir + "/00000003.seg";

/// What one media went through, and what it has to hold.
class History {
  public:
    explicit History(std::uint64_t seed) : world_(seed), media_(world_) {
        SimLog::make_dirs(media_);
        options_ = testing::small_options();
        options_.segment_bytes = 4096 * (5 + world_.random_below(30));
        options_.group_bytes_target = 4096 * (1 + world_.random_below(4));
    }

    /// One life: recover, check, submit, and lose power at some point. Returns what is wrong.
    std::string live(bool last) {
        SimLog log(media_, options_);
        const std::uint64_t operations = media_.faults.operations();
        if (!last) media_.faults.crash_at(operations + world_.random_below(120));
        io::Gate gate;
        std::string wrong;
        bool done = false;
        log.loop.post([&] { gate.spawn(run(log, wrong, done)); });
        world_.run_until([&] { return done || !media_.faults.power(); });
        if (done && gate.running() == 0 && wrong.empty() && last) return settle(log);
        const bool kill = media_.faults.power() && world_.chance(2);
        if (!kill || !done) media_.crash(io::CrashPlan{});
        world_.run_until([&] { return gate.running() == 0; });
        io::run_sim(log.loop, log.stop());
        return wrong.empty() ? settle(log) : wrong;
    }

  private:
    Task<void> run(SimLog& log, std::string& wrong, bool& done) {
        const LogPosition from = position_to_start_from();
        const Status started = co_await log.start(from);
        if (!started && media_.faults.power() && started.error().code != Errc::io) {
            wrong = "start: " + started.error().what;
        }
        if (started) {
            wrong = check_recovered(log, from);
            std::string unreadable = co_await check_payloads(log);
            if (wrong.empty()) wrong = std::move(unreadable);
            co_await submit_some(log);
            co_await log.stop();
        }
        done = true;
    }

    Task<void> submit_some(SimLog& log) {
        const std::uint64_t count = world_.random_below(40);
        for (std::uint64_t i = 0; i < count && log.fatal.empty(); ++i) {
            const Txn txn = next_txn(log);
            submitted_[txn.id] = txn;
            log.submit(txn);
            if (!world_.chance(3)) continue;
            const auto pause = std::chrono::microseconds(world_.random_below(3000));
            co_await io::sleep_until(log.loop, log.loop.now() + pause);
        }
    }

    Txn next_txn(SimLog& log) {
        Txn txn{.id = ++last_id_, .payload_bytes = {}, .chunk = false};
        const std::uint64_t records = 1 + world_.random_below(3);
        for (std::uint64_t i = 0; i < records; ++i)
            txn.payload_bytes.push_back(world_.chance(2) ? 0 : world_.random_below(3000));
        if (world_.chance(20)) {
            txn.payload_bytes.front() = world_.random_below(log.writer().group_bytes_max() - 8192);
        }
        return txn;
    }

    /// The index fell back to some group boundary that it had applied.
    LogPosition position_to_start_from() {
        if (known_.empty() || world_.chance(4)) return {};
        return known_[world_.random_below(known_.size())].end;
    }

    /// What was acknowledged after `from` has to be there, first and in order; then nothing but
    /// whole transactions that were submitted and never acknowledged.
    std::string check_recovered(const SimLog& log, LogPosition from) {
        std::vector<SeenGroup> want;
        for (const SeenGroup& group : known_) {
            if (group.end.end > from.end) want.push_back(group);
        }
        if (log.recovered < want.size()) return "an acknowledged group is lost";
        for (std::size_t i = 0; i < want.size(); ++i) {
            if (log.groups[i].end != want[i].end) return "another group than acknowledged";
            if (log.groups[i].txns != want[i].txns) return "other transactions than acknowledged";
        }
        if (log.recovered > want.size() + 1) return "more than one group nobody acknowledged";
        for (std::size_t i = want.size(); i < log.recovered; ++i) {
            for (const Txn& txn : log.groups[i].txns) {
                const auto found = submitted_.find(txn.id);
                if (found == submitted_.end()) return "a transaction that nobody submitted";
                if (txn != found->second) return "half a transaction";
            }
        }
        return {};
    }

    /// Everything recovered can be read, octet for octet: vouched for by others or not.
    Task<std::string> check_payloads(SimLog& log) {
        LogReader reader(log.disk, testing::kDir, 3);
        for (std::size_t i = 0; i < log.recovered; ++i) {
            const SeenGroup group = log.groups[i];
            std::size_t n = 0;
            for (const Txn& txn : group.txns) {
                for (std::size_t r = 0; r < txn.payload_bytes.size(); ++r, ++n) {
                    if (txn.payload_bytes[r] == 0) continue;
                    const Result<ByteVector> got = co_await reader.read(group.places[n]);
                    if (!got && got.error().code == Errc::io) co_return std::string();
                    if (!got) co_return "payload: " + got.error().what;
                    if (*got != testing::payload_of(txn.id, r, txn.payload_bytes[r])) {
                        co_return std::string("another payload");
                    }
                }
            }
        }
        co_return std::string();
    }

    /// What this life recovered or acknowledged is known from now on.
    std::string settle(const SimLog& log) {
        if (log.recovered > 0 || log.groups.size() > log.recovered) {
            for (const SeenGroup& group : log.groups) {
                const auto same = [&](const SeenGroup& k) { return k.end == group.end; };
                if (std::ranges::none_of(known_, same)) known_.push_back(group);
            }
            std::ranges::sort(known_, {}, [](const SeenGroup& g) { return g.end.end; });
        }
        std::map<std::uint64_t, int> times;
        for (const Txn& txn : txns_of(known_)) {
            if (++times[txn.id] > 1) return "a transaction twice";
        }
        return {};
    }

    io::SimWorld world_;
    io::SimMedia media_;
    LogWriterOptions options_;
    std::vector<SeenGroup> known_;
    std::map<std::uint64_t, Txn> submitted_;
    std::uint64_t last_id_ = 0;
};

TEST(LogCrash, AcknowledgedTransactionsSurviveOthersAreWholeOrAbsent) {
    const std::vector<std::uint64_t> seeds = testing::seeds_to_run(1500);
    for (const std::uint64_t seed : seeds) {
        History history(seed);
        for (int life = 0; life < 5; ++life) {
            const std::string wrong = history.live(life == 4);
            ASSERT_EQ(wrong, "") << "LOAM_SEED=" << seed << " life " << life;
        }
    }
}

/// Segment 1 closed, and of segment 2 only that somebody began to write its header.
Task<Status> leave_half_a_header(io::Disk& disk) {
    LOAM_CO_TRY_STATUS(co_await disk.unlink(kThird));
    LOAM_CO_TRY_STATUS(co_await disk.unlink(kSecond));
    LOAM_CO_TRY(const auto file, co_await disk.open(kSecond, io::OpenMode::create_direct));
    LOAM_CO_TRY_STATUS(co_await file->allocate(testing::small_options().segment_bytes));
    io::AlignedBuffer half(io::kDirectAlignBytes);
    std::ranges::fill(half.span().first(512), std::byte{0x55});
    LOAM_CO_TRY_STATUS(co_await file->write(0, half.span()));
    LOAM_CO_TRY_STATUS(co_await file->sync());
    co_return co_await disk.sync_dir(testing::kDir);
}

/// Fills segment 1, and what is behind it is as leave_half_a_header() has it.
void close_the_first_segment(io::SimMedia& media) {
    SimLog log(media);
    ASSERT_TRUE(log.run_start());
    for (std::uint64_t id = 1; id <= 12; ++id)
        log.submit({.id = id, .payload_bytes = {12U << 10}});
    log.run_stop();
    const Status left = io::run_sim(log.loop, leave_half_a_header(log.disk));
    ASSERT_TRUE(left) << left.error().what;
}

Task<void> start_and_write(SimLog& log, bool& done) {
    const Status started = co_await log.start();
    if (started) {
        log.submit({.id = 100, .payload_bytes = {100}});
        co_await log.stop();
    }
    done = true;
}

/// A life that ends with operation number `at`. True if it got so far.
bool live_until(io::SimWorld& world, io::SimMedia& media, std::uint64_t at, io::CrashPlan plan) {
    media.faults.crash_at(media.faults.operations() + at);
    SimLog log(media);
    io::Gate gate;
    bool done = false;
    log.loop.post([&] { gate.spawn(start_and_write(log, done)); });
    world.run_until([&] { return done || !media.faults.power(); });
    const bool crashed = !media.faults.power();
    media.crash(plan);
    world.run_until([&] { return gate.running() == 0; });
    io::run_sim(log.loop, log.stop());
    return crashed;
}

// A log whose last segment is closed and has none behind it has lost one, and is refused.
TEST(LogCrash, ASegmentThatWasNeverBegunStaysThroughEveryCrash) {
    for (const auto kind : {io::CrashPlan::Kind::none, io::CrashPlan::Kind::all}) {
        bool crashed = true;
        for (std::uint64_t at = 0; crashed; ++at) {
            io::SimWorld world(at + 1);
            io::SimMedia media(world);
            SimLog::make_dirs(media);
            close_the_first_segment(media);
            crashed = live_until(world, media, at, {.kind = kind});
            SimLog log(media);
            const Status started = log.run_start();
            ASSERT_TRUE(started) << "crash at operation " << at << ": " << started.error().what;
            log.run_stop();
        }
    }
}

}  // namespace
}  // namespace loam
