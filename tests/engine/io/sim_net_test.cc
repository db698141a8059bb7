// SimNet: streams cut into pieces by the seed, between loops of one world.
#include "engine/io/sim/sim_net.h"

#include <memory>
#include <set>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "engine/io/sim/sim_run.h"

namespace loam::io {
namespace {

struct Machine {
    explicit Machine(std::uint64_t seed) : world(seed), here(world), there(world), network(world) {}
    SimWorld world;
    SimLoop here;
    SimLoop there;
    SimNetwork network;
    SimNet near{here, network};
    SimNet far{there, network};
};

struct Heard {
    std::string text;
    std::string pieces;  ///< the sizes, to see that they differ
    std::string peer;
};

Task<Status> hear(Listener& listener, Heard& heard) {
    LOAM_CO_TRY(std::unique_ptr<Stream> stream, co_await listener.accept());
    heard.peer = stream->peer();
    while (true) {
        LOAM_CO_TRY(const Received got, co_await stream->receive());
        if (got.empty()) break;
        heard.text += as_text(got.bytes());
        heard.pieces += std::to_string(got.bytes().size()) + " ";
    }
    co_return Status::good();
}

Task<Status> say(Net& net, std::string address, const std::string& text) {
    LOAM_CO_TRY(std::unique_ptr<Stream> stream, co_await net.connect(address));
    LOAM_CO_TRY_STATUS(co_await stream->send(as_bytes(text)));
    stream->shutdown();
    co_return Status::good();
}

std::string pattern(std::size_t size) {
    std::string text(size, ' ');
    for (std::size_t i = 0; i < size; ++i)
        text[i] = static_cast<char>('!' + i % 89);
    return text;
}

Heard talk(std::uint64_t seed, const std::string& address, const std::string& text) {
    Machine m(seed);
    Heard heard;
    std::optional<Status> hearing;
    std::optional<Status> saying;
    auto listener = m.far.listen(address);
    EXPECT_TRUE(listener);
    Gate gate;
    m.there.post([&] { gate.spawn(keep_result(hear(**listener, heard), hearing)); });
    const std::string bound = (*listener)->address();
    m.here.post([&] { gate.spawn(keep_result(say(m.near, bound, text), saying)); });
    EXPECT_TRUE(m.world.run_until([&] { return hearing && saying; })) << "seed " << seed;
    EXPECT_TRUE(*hearing && *saying);
    return heard;
}

TEST(SimNet, OctetsArriveInOrderAndTheSeedCutsThem) {
    const std::string text = pattern(300'000);  // more than the pipe holds
    std::set<std::string> cuts;
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        const Heard heard = talk(seed, "127.0.0.1:0", text);
        EXPECT_TRUE(heard.text == text) << "seed " << seed;
        EXPECT_EQ(heard.pieces, talk(seed, "127.0.0.1:0", text).pieces) << "seed " << seed;
        cuts.insert(heard.pieces);
    }
    EXPECT_EQ(cuts.size(), 10U);
}

TEST(SimNet, PeersHaveNames) {
    EXPECT_TRUE(talk(1, "192.0.2.1:143", "x").peer.starts_with("192.0.2.1:"));
    EXPECT_EQ(talk(1, "unix:/run/s", "x").peer, "unix");
}

TEST(SimNet, ErrorsOfListenAndConnect) {
    Machine m(1);
    EXPECT_EQ(m.near.listen("nowhere").error().code, Errc::invalid);
    EXPECT_EQ(run_sim(m.here, m.near.connect("127.0.0.1:1")).error().code, Errc::io);
    auto listener = m.near.listen("unix:/s");
    ASSERT_TRUE(listener);
    EXPECT_EQ(m.far.listen("unix:/s").error().code, Errc::io);
    EXPECT_TRUE(m.far.listen("127.0.0.1:1"));
    EXPECT_TRUE(m.near.listen("127.0.0.1:1")) << "TCP ports are shared";
}

struct Pair {
    std::unique_ptr<Stream> client;
    std::unique_ptr<Stream> server;
};

Task<Pair> make_pair(Machine& m) {
    Pair pair;
    auto listener = m.near.listen("127.0.0.1:0");
    const std::string address = (*listener)->address();
    auto connected = co_await m.near.connect(address);
    auto accepted = co_await (*listener)->accept();
    pair.client = *std::move(connected);
    pair.server = *std::move(accepted);
    co_return pair;
}

Task<void> outcome_of_receive(Stream& stream, std::string& out) {
    const Result<Received> got = co_await stream.receive();
    out = got ? (got->empty() ? "end" : "data") : "error";
}

Task<void> outcome_of_send(Stream& stream, const std::string& text, std::string& out) {
    const Status sent = co_await stream.send(as_bytes(text));
    out = sent ? "sent" : std::string(to_string(sent.error().code));
}

TEST(SimNet, ShutdownEndsWhatIsUnderWay) {
    const std::string text = pattern(1 << 20);
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        Machine m(seed);
        Pair pair = run_sim(m.here, make_pair(m));
        std::string received;
        std::string sent;
        Gate gate;
        m.here.post([&] {
            gate.spawn(outcome_of_receive(*pair.server, received));
            gate.spawn(outcome_of_send(*pair.server, text, sent));
        });
        m.world.run_until_idle();
        EXPECT_EQ(received + sent, "") << "both wait";
        pair.server->shutdown();
        pair.server->shutdown();
        m.world.run_until_idle();
        EXPECT_EQ(received, "end");
        EXPECT_EQ(sent, "closed");
        run_sim(m.here, outcome_of_send(*pair.client, text, sent));
        EXPECT_EQ(sent, "closed") << "the peer notices too";
    }
}

Task<std::string> read_once(Stream& stream) {
    const Result<Received> got = co_await stream.receive();
    co_return got ? std::string(as_text(got->bytes())) : got.error().what;
}

TEST(SimNet, AReleasedSocketLivesOnAtAnotherLoop) {
    Machine m(1);
    Pair pair = run_sim(m.here, make_pair(m));
    std::string sent;
    run_sim(m.here, outcome_of_send(*pair.client, "x", sent));
    const int socket = pair.server->release();
    pair.server = m.far.adopt(socket);
    EXPECT_EQ(run_sim(m.there, read_once(*pair.server)), "x");
    EXPECT_EQ(m.far.lent(), 0U);
}

Task<void> outcome_of_accept(Listener& listener, std::string& out) {
    auto accepted = co_await listener.accept();
    out = accepted ? "accepted" : std::string(to_string(accepted.error().code));
}

TEST(SimNet, ShutdownEndsAnAcceptAndRefusesWhoWaited) {
    Machine m(1);
    auto listener = m.near.listen("127.0.0.1:0");
    ASSERT_TRUE(listener);
    std::string outcome;
    Gate gate;
    m.here.post([&] { gate.spawn(outcome_of_accept(**listener, outcome)); });
    m.world.run_until_idle();
    EXPECT_EQ(outcome, "");
    (*listener)->shutdown();
    m.world.run_until_idle();
    EXPECT_EQ(outcome, "closed");

    auto second = m.near.listen("127.0.0.1:0");
    ASSERT_TRUE(second);
    auto client = run_sim(m.here, m.near.connect((*second)->address()));
    ASSERT_TRUE(client);
    second->reset();
    run_sim(m.here, outcome_of_receive(**client, outcome));
    EXPECT_EQ(outcome, "end");
}

}  // namespace
}  // namespace loam::io
