// The reactor: posts, timers, offload, several reactors, and what it says when the kernel refuses.
#include "engine/io/reactor.h"

#include <atomic>
#include <chrono>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "engine/io/block_on.h"
#include "engine/io/event.h"
#include "engine/io/workers.h"

namespace loam::io {
namespace {

using std::chrono::milliseconds;

class ReactorTest : public testing::Test {
  protected:
    void SetUp() override {
        auto made = Reactor::create(workers_);
        ASSERT_TRUE(made) << made.error().what;
        reactor_ = *std::move(made);
    }
    ThreadWorkers workers_{2};
    std::unique_ptr<Reactor> reactor_;
};

TEST_F(ReactorTest, PostsOfOneThreadRunInOrder) {
    constexpr int kThreads = 4;
    constexpr int kEach = 5'000;
    std::vector<std::vector<int>> seen(kThreads);
    int total = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < kEach; ++i) {
                reactor_->post([&, t, i] {
                    seen[static_cast<std::size_t>(t)].push_back(i);
                    if (++total == kThreads * kEach) reactor_->stop();
                });
            }
        });
    }
    reactor_->run();
    for (std::thread& thread : threads)
        thread.join();
    for (const std::vector<int>& one : seen) {
        ASSERT_EQ(one.size(), static_cast<std::size_t>(kEach));
        EXPECT_TRUE(std::is_sorted(one.begin(), one.end()));
    }
}

TEST_F(ReactorTest, WorkPostedByWorkRunsInALaterRound) {
    std::vector<int> seen;
    reactor_->post([&] {
        seen.push_back(1);
        reactor_->post([&] { seen.push_back(3); });
    });
    reactor_->post([&] { seen.push_back(2); });
    reactor_->turn();
    EXPECT_EQ(seen, (std::vector<int>{1, 2}));
    reactor_->turn();
    EXPECT_EQ(seen, (std::vector<int>{1, 2, 3}));
}

TEST_F(ReactorTest, TimersRunInOrderOfTimeAndNotBefore) {
    std::vector<int> seen;
    const Monotonic start = reactor_->now();
    reactor_->call_at(start + milliseconds(4), [&] {
        seen.push_back(2);
        EXPECT_GE(reactor_->now(), start + milliseconds(4));
        reactor_->stop();
    });
    reactor_->call_at(start + milliseconds(2), [&] { seen.push_back(1); });
    const Loop::TimerId never =
        reactor_->call_at(start + milliseconds(3), [&] { seen.push_back(9); });
    reactor_->cancel(never);
    reactor_->cancel(never);
    reactor_->cancel(0);
    reactor_->run();
    EXPECT_EQ(seen, (std::vector<int>{1, 2}));
}

TEST_F(ReactorTest, ATimerMayCancelAnother) {
    bool ran = false;
    const Monotonic past = reactor_->now();
    Loop::TimerId second = 0;
    reactor_->call_at(past, [&] { reactor_->cancel(second); });
    second = reactor_->call_at(past, [&] { ran = true; });
    reactor_->turn();
    EXPECT_FALSE(ran);
}

TEST_F(ReactorTest, StopFromAnotherThreadEndsTheWait) {
    std::thread other([this] { reactor_->stop(); });
    reactor_->run();
    other.join();
    reactor_->post([this] { reactor_->stop(); });
    reactor_->run();  // and it can run again
}

TEST_F(ReactorTest, WorkPostedAfterStopIsDroppedNotRun) {
    auto token = std::make_shared<int>(1);
    bool ran = false;
    reactor_->stop();
    reactor_->run();
    std::thread other([&] { reactor_->post([&ran, token] { ran = true; }); });
    other.join();
    EXPECT_EQ(token.use_count(), 2);
    reactor_.reset();
    EXPECT_EQ(token.use_count(), 1);
    EXPECT_FALSE(ran);
}

Task<std::thread::id> worker_thread(Loop& loop) {
    auto work = [] { return std::this_thread::get_id(); };
    const std::thread::id id = co_await offload(loop, Workers::Class::foreground, work);
    LOAM_CHECK(loop.on_thread());
    co_return id;
}

TEST_F(ReactorTest, OffloadRunsElsewhereAndComesBack) {
    const std::thread::id id = block_on(*reactor_, worker_thread(*reactor_));
    EXPECT_NE(id, std::this_thread::get_id());
}

TEST_F(ReactorTest, MayGoWhileTheLastPosterIsStillOnItsWayOut) {
    for (int i = 0; i < 300; ++i) {
        auto made = Reactor::create(workers_);
        ASSERT_TRUE(made);
        std::unique_ptr<Reactor> reactor = *std::move(made);
        block_on(*reactor, worker_thread(*reactor));
        reactor.reset();
    }
}

Task<void> sleep_and_note(Loop& loop, milliseconds wait, std::vector<int>& seen) {
    co_await sleep_until(loop, loop.now() + wait);
    seen.push_back(static_cast<int>(wait.count()));
}

Task<void> two_sleepers(Loop& loop, std::vector<int>& seen) {
    Gate gate;
    gate.spawn(sleep_and_note(loop, milliseconds(3), seen));
    gate.spawn(sleep_and_note(loop, milliseconds(1), seen));
    co_await yield(loop);
    seen.push_back(0);
    co_await gate.close();
}

TEST_F(ReactorTest, BlockOnRunsOtherTasksMeanwhile) {
    std::vector<int> seen;
    block_on(*reactor_, two_sleepers(*reactor_, seen));
    EXPECT_EQ(seen, (std::vector<int>{0, 1, 3}));
}

TEST_F(ReactorTest, RandomBitsDiffer) {
    std::set<std::uint64_t> seen;
    for (int i = 0; i < 100; ++i)
        seen.insert(reactor_->random());
    EXPECT_EQ(seen.size(), 100U);
}

TEST_F(ReactorTest, WallClockIsOfThisEra) {
    EXPECT_GT(reactor_->wall_now(), 1'700'000'000'000'000);
}

TEST(Workers, StopFinishesWhatIsQueued) {
    std::atomic<int> ran = 0;
    ThreadWorkers workers(1);
    for (int i = 0; i < 50; ++i) {
        workers.submit(Workers::Class::background, [&] { ++ran; });
        workers.submit(Workers::Class::foreground, [&] { ++ran; });
    }
    workers.stop();
    EXPECT_EQ(ran.load(), 100);
}

TEST(Workers, ForegroundGoesFirst) {
    std::vector<int> seen;
    std::mutex gate;
    ThreadWorkers workers(1);
    {
        const std::scoped_lock hold(gate);
        workers.submit(Workers::Class::foreground, [&] { const std::scoped_lock wait(gate); });
        workers.submit(Workers::Class::background, [&] { seen.push_back(2); });
        workers.submit(Workers::Class::foreground, [&] { seen.push_back(1); });
    }
    workers.stop();
    EXPECT_EQ(seen, (std::vector<int>{1, 2}));
}

TEST(Workers, OneThreadIsKeptForTheForeground) {
    std::mutex gate;
    std::atomic<bool> foreground_ran = false;
    std::unique_lock hold(gate);
    ThreadWorkers workers(2);
    for (int i = 0; i < 4; ++i) {
        workers.submit(Workers::Class::background, [&] { const std::scoped_lock wait(gate); });
    }
    workers.submit(Workers::Class::foreground, [&] {
        foreground_ran = true;
        foreground_ran.notify_one();
    });
    foreground_ran.wait(false);  // would hang if both threads waited in background work
    hold.unlock();
    workers.stop();
    EXPECT_TRUE(foreground_ran);
}

struct Refusal {
    const char* why;
    int error;
    const char* disabled;
    const char* want;
};
constexpr Refusal kRefusals[] = {
    {"switched off for everybody", EPERM, "2", "kernel.io_uring_disabled is 2"},
    {"left to a group", EPERM, "1", "io_uring_group"},
    {"the sysctl allows it", EPERM, "0", "seccomp"},
    {"older kernels have no such sysctl", EPERM, "", "seccomp"},
    {"a profile that answers as if there were none", ENOSYS, "0", "seccomp"},
    {"rings once counted as locked memory", ENOMEM, "0", "RLIMIT_MEMLOCK is 65536"},
};

TEST(Refusal, NamesItsCause) {
    for (const Refusal& c : kRefusals) {
        const std::string text = explain_refusal(c.error, c.disabled, 65536);
        EXPECT_NE(text.find(c.want), std::string::npos) << c.why << ": " << text;
    }
}

}  // namespace
}  // namespace loam::io
