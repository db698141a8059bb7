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

struct Outcome {
    std::string wrong;  ///< empty: all is as it should be
};

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

}  // namespace
}  // namespace loam
