// Task, Gate and Event: when things run, and when frames go away.
#include "engine/io/task.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/io/event.h"
#include "engine/io/gate.h"

namespace loam::io {
namespace {

/// Says in a list when it goes away.
struct Trace {
    Trace(std::vector<std::string>& list, std::string text) : seen(&list), name(std::move(text)) {}
    Trace(Trace&& other) noexcept
        : seen(std::exchange(other.seen, nullptr)), name(std::move(other.name)) {}
    Trace(const Trace&) = delete;
    Trace& operator=(const Trace&) = delete;
    Trace& operator=(Trace&&) = delete;
    ~Trace() {
        if (seen != nullptr) seen->push_back("end of " + name);
    }
    std::vector<std::string>* seen;
    std::string name;
};

Task<int> answer(std::vector<std::string>& seen) {
    seen.emplace_back("answer runs");
    co_return 42;
}

Task<void> ask(std::vector<std::string>& seen, int& out) {
    Task<int> task = answer(seen);
    seen.emplace_back("made");
    out = co_await std::move(task);
    seen.emplace_back("awaited");
}

TEST(Task, StartsWhenAwaited) {
    std::vector<std::string> seen;
    int out = 0;
    Gate gate;
    EXPECT_TRUE(gate.spawn(ask(seen, out)));
    EXPECT_EQ(out, 42);
    EXPECT_EQ(seen, (std::vector<std::string>{"made", "answer runs", "awaited"}));
    EXPECT_EQ(gate.running(), 0U);
}

Task<void> hold(Trace trace, Event& event) {
    const Trace local(*trace.seen, "local");
    co_await event.wait();
}

TEST(Task, OneNeverAwaitedIsFreedWithItsParameters) {
    std::vector<std::string> seen;
    Event event;
    {
        const Task<void> task = hold(Trace(seen, "parameter"), event);
        EXPECT_TRUE(seen.empty());
    }
    EXPECT_EQ(seen, (std::vector<std::string>{"end of parameter"}));
}

Task<void> close_and_say(Gate& gate, std::vector<std::string>& seen) {
    co_await gate.close();
    seen.emplace_back("closed");
}

TEST(Gate, CloseWaitsUntilParametersAreGoneToo) {
    std::vector<std::string> seen;
    Event event;
    Gate gate;
    Gate closers;
    gate.spawn(hold(Trace(seen, "parameter"), event));
    closers.spawn(close_and_say(gate, seen));
    EXPECT_TRUE(gate.closed());
    EXPECT_EQ(gate.running(), 1U);
    EXPECT_TRUE(seen.empty());
    event.set();
    EXPECT_EQ(seen, (std::vector<std::string>{"end of local", "end of parameter", "closed"}));
}

TEST(Gate, RefusesOnceClosedAndRunsNothing) {
    std::vector<std::string> seen;
    Gate gate;
    Gate closers;
    closers.spawn(close_and_say(gate, seen));
    int out = 0;
    EXPECT_FALSE(gate.spawn(ask(seen, out)));
    EXPECT_EQ(out, 0);
    EXPECT_EQ(seen, (std::vector<std::string>{"closed"}));
}

TEST(Gate, TwoMayWaitForItsEnd) {
    std::vector<std::string> seen;
    Event event;
    Gate gate;
    Gate closers;
    gate.spawn(hold(Trace(seen, "parameter"), event));
    closers.spawn(close_and_say(gate, seen));
    closers.spawn(close_and_say(gate, seen));
    event.set();
    EXPECT_EQ(seen.size(), 4U);
    EXPECT_EQ(closers.running(), 0U);
}

Task<void> close_and_destroy(std::unique_ptr<Gate>& gate) {
    co_await gate->close();
    gate.reset();
}

TEST(Gate, MayBeDestroyedByWhoWaitedForIt) {
    std::vector<std::string> seen;
    Event event;
    auto gate = std::make_unique<Gate>();
    Gate closers;
    gate->spawn(hold(Trace(seen, "parameter"), event));
    closers.spawn(close_and_destroy(gate));
    event.set();
    EXPECT_EQ(gate, nullptr);
}

TEST(GateDeathTest, ATaskLeftBehindIsABug) {
    EXPECT_DEATH(
        {
            std::vector<std::string> seen;
            Event event;
            Gate gate;
            gate.spawn(hold(Trace(seen, "parameter"), event));
        },
        "running_ == 0");
}

Task<void> count_waits(Event& event, int times, int& count) {
    for (int i = 0; i < times; ++i) {
        co_await event.wait();
        ++count;
    }
}

TEST(Event, WaitingTakesTheFlagDown) {
    Event event;
    Gate gate;
    int count = 0;
    event.set();
    event.set();  // two causes, one flag
    gate.spawn(count_waits(event, 2, count));
    EXPECT_EQ(count, 1);
    event.set();
    EXPECT_EQ(count, 2);
}

Task<int> deep(int depth) {
    if (depth == 0) co_return 0;
    const int below = co_await deep(depth - 1);
    co_return below + 1;
}

Task<void> many(int& sum) {
    for (int i = 0; i < 200'000; ++i) {
        const int one = co_await deep(1);
        sum += one;
    }
}

TEST(Task, ALongLoopOfReadyAwaitsUsesNoStack) {
    int sum = 0;
    Gate gate;
    gate.spawn(many(sum));
    EXPECT_EQ(sum, 200'000);
}

}  // namespace
}  // namespace loam::io
