// RingNet: what comes out is what went in, over TCP and unix sockets, and every way for a
// connection to end.
#include "engine/io/ring_net.h"

#include <fcntl.h>
#include <memory>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/io/block_on.h"
#include "engine/io/event.h"
#include "engine/io/workers.h"
#include "tests/support/temp_dir.h"

namespace loam::io {
namespace {

using StreamResult = Result<std::unique_ptr<Stream>>;

struct Pair {
    std::unique_ptr<Stream> client;
    std::unique_ptr<Stream> server;
};

Task<void> accept_into(Listener& listener, std::unique_ptr<Stream>& out) {
    StreamResult accepted = co_await listener.accept();
    if (accepted) out = *std::move(accepted);
}

Task<Pair> make_pair(Net& net, Listener& listener) {
    Pair pair;
    Gate gate;
    gate.spawn(accept_into(listener, pair.server));
    StreamResult connected = co_await net.connect(listener.address());
    EXPECT_TRUE(connected) << connected.error().what;
    if (connected) pair.client = *std::move(connected);
    co_await gate.close();
    co_return pair;
}

Task<std::string> receive_all(Stream& stream) {
    std::string text;
    while (true) {
        const Result<Received> got = co_await stream.receive();
        if (!got || got->empty()) co_return text;
        text += as_text(got->bytes());
    }
}

Task<void> send_and_shut(Stream& stream, const std::string& text, Status& outcome) {
    outcome = co_await stream.send(as_bytes(text));
    stream.shutdown();
}

std::string pattern(std::size_t size) {
    std::string text(size, ' ');
    for (std::size_t i = 0; i < size; ++i)
        text[i] = static_cast<char>('!' + (i * 7 + i / 89) % 90);
    return text;
}

class RingNetTest : public testing::Test {
  protected:
    void SetUp() override {
        auto made = Reactor::create(workers_);
        ASSERT_TRUE(made) << made.error().what;
        reactor_ = *std::move(made);
        net_ = std::make_unique<RingNet>(*reactor_);
    }
    template <typename T>
    T run(Task<T> task) {
        return block_on(*reactor_, std::move(task));
    }
    Pair pair(const std::string& address = "127.0.0.1:0") {
        auto listener = net_->listen(address);
        EXPECT_TRUE(listener) << listener.error().what;
        if (!listener) return {};
        return run(make_pair(*net_, **listener));
    }
    ThreadWorkers workers_{1};
    std::unique_ptr<Reactor> reactor_;
    std::unique_ptr<RingNet> net_;
    TempDir dir_;
};

Task<void> transfer(Pair& pair, const std::string& text, std::string& got, Status& sent) {
    Gate gate;
    gate.spawn(send_and_shut(*pair.client, text, sent));
    got = co_await receive_all(*pair.server);
    co_await gate.close();
}

TEST_F(RingNetTest, LargeTransfersArriveWhole) {
    const std::string text = pattern((8U << 20) + 123);
    for (const std::string& address :
         {std::string("127.0.0.1:0"), std::string("[::1]:0"), "unix:" + dir_ / "s"}) {
        Pair both = pair(address);
        std::string got;
        Status sent;
        block_on(*reactor_, transfer(both, text, got, sent));
        EXPECT_TRUE(sent);
        EXPECT_TRUE(got == text) << address << ": " << got.size();
    }
}

TEST_F(RingNetTest, NamesItsPeer) {
    const Pair tcp = pair("127.0.0.1:0");
    EXPECT_TRUE(tcp.server->peer().starts_with("127.0.0.1:"));
    EXPECT_TRUE(tcp.server->peer_is_loopback());
    const Pair local = pair("unix:" + dir_ / "s");
    EXPECT_EQ(local.server->peer(), "unix");
    EXPECT_EQ(local.client->peer(), "unix");
    EXPECT_TRUE(local.server->peer_is_loopback());
}

Task<void> receive_into(Stream& stream, std::vector<Received>& out, std::size_t bytes) {
    std::size_t total = 0;
    while (total < bytes) {
        Result<Received> got = co_await stream.receive();
        if (!got || got->empty()) co_return;
        total += got->bytes().size();
        out.push_back(*std::move(got));
    }
}

Task<std::string> hold_all(Pair& pair, const std::string& text) {
    std::vector<Received> held;
    Gate gate;
    Status sent;
    gate.spawn(receive_into(*pair.server, held, text.size()));
    gate.spawn(send_and_shut(*pair.client, text, sent));
    co_await gate.close();
    std::string all;
    for (const Received& one : held)
        all += as_text(one.bytes());
    co_return all;
}

TEST_F(RingNetTest, GoesOnWhenAllBuffersAreOut) {
    const std::string text = pattern((kReceiveBuffers + 40) * kReceiveBufferBytes);
    Pair both = pair();
    for (int round = 0; round < 2; ++round) {
        EXPECT_TRUE(run(hold_all(both, text)) == text);
        both = pair();
    }
}

TEST_F(RingNetTest, BuffersMayBeGivenBackByAnotherThread) {
    const std::string text = pattern(3 * kReceiveBuffers * kReceiveBufferBytes);
    Pair both = pair();
    Gate gate;
    Status sent;
    gate.spawn(send_and_shut(*both.client, text, sent));
    std::size_t total = 0;
    while (true) {
        Result<Received> got = run(both.server->receive());
        ASSERT_TRUE(got);
        if (got->empty()) break;
        total += got->bytes().size();
        std::thread([held = *std::move(got)] {}).join();
    }
    EXPECT_EQ(total, text.size());
    block_on(*reactor_, gate.close());
}

Task<void> send_and_flag(Stream& stream, const std::string& text, bool& done) {
    const Status sent = co_await stream.send(as_bytes(text));
    done = sent.ok();
}

Task<void> rounds(Loop& loop, int count) {
    for (int i = 0; i < count; ++i)
        co_await yield(loop);
}

TEST_F(RingNetTest, ASlowReaderHoldsTheSender) {
    const std::string text = pattern(16U << 20);
    Pair both = pair();
    bool done = false;
    Gate gate;
    gate.spawn(send_and_flag(*both.client, text, done));
    block_on(*reactor_, rounds(*reactor_, 200));
    EXPECT_FALSE(done) << "nobody has read anything";
    std::size_t total = 0;
    while (total < text.size()) {
        const Result<Received> got = run(both.server->receive());
        ASSERT_TRUE(got && !got->empty());
        total += got->bytes().size();
    }
    block_on(*reactor_, gate.close());
    EXPECT_TRUE(done);
}

Task<void> receive_outcome(Stream& stream, std::string& out) {
    const Result<Received> got = co_await stream.receive();
    out = got ? (got->empty() ? "end" : "data") : std::string(to_string(got.error().code));
}

Task<void> send_outcome(Stream& stream, const std::string& text, std::string& out) {
    const Status sent = co_await stream.send(as_bytes(text));
    out = sent ? "sent" : std::string(to_string(sent.error().code));
}

Task<void> shut_both_ways(Loop& loop, Pair& pair, const std::string& text, std::string& received,
                          std::string& sent) {
    Gate gate;
    gate.spawn(receive_outcome(*pair.server, received));
    gate.spawn(send_outcome(*pair.server, text, sent));
    for (int i = 0; i < 20; ++i)
        co_await yield(loop);
    pair.server->shutdown();
    pair.server->shutdown();
    co_await gate.close();
}

TEST_F(RingNetTest, ShutdownEndsWhatIsUnderWay) {
    const std::string text = pattern(32U << 20);
    for (const std::string& address : {std::string("127.0.0.1:0"), "unix:" + dir_ / "s"}) {
        Pair both = pair(address);
        std::string received;
        std::string sent;
        block_on(*reactor_, shut_both_ways(*reactor_, both, text, received, sent));
        EXPECT_EQ(received, "end") << address;
        EXPECT_EQ(sent, "closed") << address;
        EXPECT_EQ(run(both.server->send(as_bytes("x"))).error().code, Errc::closed) << address;
    }
}

TEST_F(RingNetTest, APeerThatIsGoneIsTheEnd) {
    Pair both = pair();
    both.client.reset();
    std::string outcome;
    block_on(*reactor_, receive_outcome(*both.server, outcome));
    EXPECT_EQ(outcome, "end");

    both = pair();
    ASSERT_TRUE(run(both.server->send(as_bytes("unread"))));
    both.client.reset();  // unread octets make this a reset
    block_on(*reactor_, receive_outcome(*both.server, outcome));
    EXPECT_EQ(outcome, "closed");
}

Task<void> accept_outcome(Listener& listener, std::string& out) {
    const StreamResult accepted = co_await listener.accept();
    out = accepted ? "accepted" : std::string(to_string(accepted.error().code));
}

Task<void> shut_listener(Loop& loop, Listener& listener, std::string& out) {
    Gate gate;
    gate.spawn(accept_outcome(listener, out));
    co_await yield(loop);
    listener.shutdown();
    listener.shutdown();
    co_await gate.close();
}

TEST_F(RingNetTest, ShutdownEndsAnAccept) {
    for (const std::string& address : {std::string("127.0.0.1:0"), "unix:" + dir_ / "s"}) {
        auto listener = net_->listen(address);
        ASSERT_TRUE(listener);
        std::string outcome;
        block_on(*reactor_, shut_listener(*reactor_, **listener, outcome));
        EXPECT_EQ(outcome, "closed") << address;
        EXPECT_EQ(run((*listener)->accept()).error().code, Errc::closed) << address;
    }
}

TEST_F(RingNetTest, OutOfFileDescriptorsIsBusy) {
    auto listener = net_->listen("127.0.0.1:0");
    ASSERT_TRUE(listener);
    auto client = run(net_->connect((*listener)->address()));
    ASSERT_TRUE(client);
    const int lowest_free = fcntl(0, F_DUPFD_CLOEXEC, 0);
    ASSERT_GE(lowest_free, 0);
    ASSERT_EQ(close(lowest_free), 0);
    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
    const rlimit small{.rlim_cur = static_cast<rlim_t>(lowest_free), .rlim_max = before.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &small), 0);
    const StreamResult refused = run((*listener)->accept());
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::busy);
    EXPECT_TRUE(run((*listener)->accept())) << "it is still there once there is room";
}

TEST_F(RingNetTest, TwoMayListenOnOnePort) {
    auto first = net_->listen("127.0.0.1:0");
    ASSERT_TRUE(first);
    EXPECT_FALSE((*first)->address().ends_with(":0"));
    EXPECT_TRUE(net_->listen((*first)->address()));
}

TEST_F(RingNetTest, UnixPathsAreTheOwnersAndStaleOnesAreTakenOver) {
    const std::string path = dir_ / "s";
    auto first = net_->listen("unix:" + path);
    ASSERT_TRUE(first);
    EXPECT_EQ((*first)->address(), "unix:" + path);
    struct stat about{};
    ASSERT_EQ(stat(path.c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777, 0600U);
    EXPECT_EQ(net_->listen("unix:" + path).error().code, Errc::io) << "somebody listens there";

    (*first)->shutdown();
    first->reset();
    block_on(*reactor_, rounds(*reactor_, 2));
    EXPECT_TRUE(net_->listen("unix:" + path));

    const std::string file = dir_ / "file";
    ASSERT_GE(close(open(file.c_str(), O_CREAT | O_WRONLY, 0600)), 0);
    EXPECT_EQ(net_->listen("unix:" + file).error().code, Errc::io) << "no socket: it stays";
    EXPECT_EQ(access(file.c_str(), F_OK), 0);
}

TEST_F(RingNetTest, ErrorsOfListenAndConnect) {
    EXPECT_EQ(net_->listen("nowhere").error().code, Errc::invalid);
    EXPECT_EQ(net_->listen("192.0.2.1:0").error().code, Errc::io) << "not an address of this host";
    EXPECT_EQ(net_->listen("unix:" + dir_ / "no/s").error().code, Errc::io);
    EXPECT_EQ(run(net_->connect("nowhere")).error().code, Errc::invalid);
    EXPECT_EQ(run(net_->connect("unix:" + dir_ / "s")).error().code, Errc::not_found);
    std::string free_port;
    {
        auto listener = net_->listen("127.0.0.1:0");
        ASSERT_TRUE(listener);
        free_port = (*listener)->address();
    }
    block_on(*reactor_, rounds(*reactor_, 2));
    EXPECT_EQ(run(net_->connect(free_port)).error().code, Errc::io);
}

TEST_F(RingNetTest, AReleasedSocketLivesOn) {
    Pair both = pair();
    ASSERT_TRUE(run(both.client->send(as_bytes("before"))));
    const int socket = both.server->release();
    both.server.reset();
    std::unique_ptr<Stream> adopted = net_->adopt(socket);
    EXPECT_EQ(adopted->peer().substr(0, 10), "127.0.0.1:");
    EXPECT_TRUE(adopted->peer_is_loopback());
    const Result<Received> got = run(adopted->receive());
    ASSERT_TRUE(got);
    EXPECT_EQ(as_text(got->bytes()), "before");
}

}  // namespace
}  // namespace loam::io
