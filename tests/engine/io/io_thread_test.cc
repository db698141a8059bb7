// Several reactors on their own threads: tasks, sockets and files between them.
#include "engine/io/io_thread.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/io/block_on.h"
#include "engine/io/workers.h"

namespace loam::io {
namespace {

class IoThreadTest : public testing::Test {
  protected:
    void SetUp() override {
        auto made = Reactor::create(workers_);
        ASSERT_TRUE(made) << made.error().what;
        main_ = *std::move(made);
        for (std::unique_ptr<IoThread>& thread : threads_) {
            auto started = IoThread::start(workers_);
            ASSERT_TRUE(started) << started.error().what;
            thread = *std::move(started);
        }
    }
    ThreadWorkers workers_{2};
    std::unique_ptr<Reactor> main_;
    std::array<std::unique_ptr<IoThread>, 2> threads_;
};

Task<bool> is_on(Loop& loop) {
    co_return loop.on_thread();
}

Task<bool> there_and_back(Loop& here, Loop& there) {
    const bool was_there = co_await run_on(here, there, is_on(there));
    co_return was_there&& here.on_thread() && !there.on_thread();
}

TEST_F(IoThreadTest, RunOnGoesThereAndComesBack) {
    EXPECT_TRUE(block_on(*main_, there_and_back(*main_, threads_[0]->reactor())));
}

Task<int> add_one(int value) {
    co_return value + 1;
}

Task<void> ping_pong(Loop& here, Loop& there, int count, int& total) {
    int value = 0;
    for (int i = 0; i < count; ++i) {
        value = co_await run_on(here, there, add_one(value));
    }
    total += value;
}

Task<int> many_ping_pongs(Loop& here, Loop& first, Loop& second) {
    int total = 0;
    Gate gate;
    for (int i = 0; i < 50; ++i) {
        gate.spawn(ping_pong(here, i % 2 == 0 ? first : second, 200, total));
    }
    co_await gate.close();
    co_return total;
}

TEST_F(IoThreadTest, ManyTasksTravelAtOnce) {
    EXPECT_EQ(
        block_on(*main_, many_ping_pongs(*main_, threads_[0]->reactor(), threads_[1]->reactor())),
        50 * 200);
}

Task<Result<std::string>> echo_once(IoThread& thread, int socket) {
    std::unique_ptr<Stream> stream = thread.net().adopt(socket);
    LOAM_CO_TRY(const Received got, co_await stream->receive());
    LOAM_CO_TRY_STATUS(co_await stream->send(got.bytes()));
    co_return std::string(as_text(got.bytes()));
}

/// Accepts on one thread and hands the socket to another, as a login does.
Task<Result<std::string>> accept_and_hand_over(IoThread& first, IoThread& second,
                                               Listener& listener) {
    LOAM_CO_TRY(std::unique_ptr<Stream> stream, co_await listener.accept());
    const int socket = stream->release();
    stream.reset();
    co_return co_await run_on(first.reactor(), second.reactor(), echo_once(second, socket));
}

Task<Result<std::string>> serve_one(IoThread& first, IoThread& second,
                                    std::promise<std::string>& address) {
    auto listener = first.net().listen("127.0.0.1:0");
    address.set_value(listener ? (*listener)->address() : std::string());
    if (!listener) co_return std::move(listener.error());
    co_return co_await accept_and_hand_over(first, second, **listener);
}

Task<void> serve(Loop& here, IoThread& first, IoThread& second, std::promise<std::string>& address,
                 std::string& heard) {
    const Result<std::string> got =
        co_await run_on(here, first.reactor(), serve_one(first, second, address));
    heard = got ? *got : got.error().what;
}

Task<Result<std::string>> ask(Net& net, std::string address) {
    LOAM_CO_TRY(std::unique_ptr<Stream> stream, co_await net.connect(address));
    LOAM_CO_TRY_STATUS(co_await stream->send(as_bytes("hello")));
    LOAM_CO_TRY(const Received got, co_await stream->receive());
    co_return std::string(as_text(got.bytes()));
}

TEST_F(IoThreadTest, ASocketMovesBetweenReactors) {
    RingNet net(*main_);
    std::promise<std::string> address;
    std::future<std::string> bound = address.get_future();
    std::string heard;
    Gate gate;
    gate.spawn(serve(*main_, *threads_[0], *threads_[1], address, heard));
    const Result<std::string> answer = block_on(*main_, ask(net, bound.get()));
    block_on(*main_, gate.close());
    ASSERT_TRUE(answer) << answer.error().what;
    EXPECT_EQ(*answer, "hello");
    EXPECT_EQ(heard, "hello");
}

}  // namespace
}  // namespace loam::io
