// SimLoop: one seed is one history; virtual time; several loops in one world.
#include "engine/io/sim/sim_loop.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/io/event.h"
#include "engine/io/sim/sim_run.h"

namespace loam::io {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

Task<void> actor(SimLoop& loop, char name, std::string& history) {
    for (int i = 0; i < 5; ++i) {
        history += name;
        if (loop.random() % 2 == 0) {
            co_await yield(loop);
        } else {
            const auto wait = milliseconds(loop.random() % 3);
            co_await sleep_until(loop, loop.now() + wait);
        }
    }
}

std::string history_of(std::uint64_t seed) {
    SimWorld world(seed);
    SimLoop first(world);
    SimLoop second(world);
    std::string history;
    Gate gate;
    for (const char name : {'a', 'b', 'c'}) {
        first.post([&, name] { gate.spawn(actor(first, name, history)); });
        second.post(
            [&, name] { gate.spawn(actor(second, static_cast<char>(name - 'a' + 'A'), history)); });
    }
    EXPECT_TRUE(world.run_until([&] { return history.size() == 30 && gate.running() == 0; }));
    return history;
}

TEST(SimLoop, OneSeedIsOneHistory) {
    std::set<std::string> histories;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const std::string history = history_of(seed);
        EXPECT_EQ(history, history_of(seed)) << "seed " << seed;
        histories.insert(history);
    }
    EXPECT_GT(histories.size(), 15U) << "another seed is another history";
}

TEST(SimLoop, PostsOfOneLoopKeepTheirOrder) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        SimWorld world(seed);
        SimLoop first(world);
        SimLoop second(world);
        SimLoop target(world);
        std::vector<int> from_first;
        std::vector<int> from_second;
        std::string interleaved;
        for (int i = 0; i < 20; ++i) {
            first.post(
                [&, i] { target.post([&, i] { from_first.push_back(i), interleaved += '1'; }); });
            second.post(
                [&, i] { target.post([&, i] { from_second.push_back(i), interleaved += '2'; }); });
        }
        world.run_until_idle();
        EXPECT_EQ(from_first.size(), 20U);
        EXPECT_TRUE(std::is_sorted(from_first.begin(), from_first.end())) << "seed " << seed;
        EXPECT_TRUE(std::is_sorted(from_second.begin(), from_second.end())) << "seed " << seed;
        EXPECT_NE(interleaved, std::string(20, '1') + std::string(20, '2'));
    }
}

TEST(SimLoop, OnlyTheLoopThatRunsIsOnItsThread) {
    SimWorld world(1);
    SimLoop first(world);
    SimLoop second(world);
    EXPECT_TRUE(first.on_thread() && second.on_thread()) << "the test itself is everywhere";
    bool seen = false;
    first.post([&] { seen = first.on_thread() && !second.on_thread(); });
    world.run_until_idle();
    EXPECT_TRUE(seen);
}

Task<bool> worker_is_nowhere(SimLoop& loop) {
    auto work = [&loop] { return !loop.on_thread(); };
    const bool nowhere = co_await offload(loop, Workers::Class::background, work);
    co_return nowhere&& loop.on_thread();
}

TEST(SimLoop, OffloadRunsOnNoLoopAndComesBack) {
    SimWorld world(1);
    SimLoop loop(world);
    EXPECT_TRUE(run_sim(loop, worker_is_nowhere(loop)));
}

Task<bool> is_on(Loop& loop) {
    co_return loop.on_thread();
}

Task<bool> there_and_back(Loop& here, Loop& there) {
    const bool was_there = co_await run_on(here, there, is_on(there));
    co_return was_there&& here.on_thread();
}

TEST(SimLoop, RunOnMovesBetweenLoops) {
    SimWorld world(1);
    SimLoop here(world);
    SimLoop there(world);
    EXPECT_TRUE(run_sim(here, there_and_back(here, there)));
}

TEST(SimLoop, IdleLeavesTimersAndAdvanceRunsThem) {
    SimWorld world(1);
    SimLoop loop(world);
    std::vector<int> seen;
    loop.call_at(loop.now() + hours(2), [&] { seen.push_back(2); });
    loop.call_at(loop.now() + hours(1), [&] { seen.push_back(1); });
    const Loop::TimerId never = loop.call_at(loop.now() + hours(1), [&] { seen.push_back(9); });
    loop.cancel(never);
    world.run_until_idle();
    EXPECT_TRUE(seen.empty());
    const WallMicros before = loop.wall_now();
    world.advance(hours(1));
    EXPECT_EQ(seen, (std::vector<int>{1}));
    EXPECT_EQ(loop.wall_now() - before, 3'600'000'000);
    world.advance(hours(1) - seconds(1));
    EXPECT_EQ(seen, (std::vector<int>{1}));
    world.advance(seconds(1));
    EXPECT_EQ(seen, (std::vector<int>{1, 2}));
}

Task<void> forever(Event& event) {
    co_await event.wait();
}

TEST(SimLoopDeathTest, ATaskThatCannotEndIsFound) {
    SimWorld world(1);
    SimLoop loop(world);
    Event never;
    EXPECT_DEATH(run_sim(loop, forever(never)), "never happens");
}

}  // namespace
}  // namespace loam::io
