// COMPRESS=DEFLATE: RFC 4978. The other side is zlib with settings of its own.
#include "imapd/net/deflate.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>
#include <zlib.h>

#include <gtest/gtest.h>

#include "engine/io/keep_result.h"
#include "engine/io/sim/sim_net.h"
#include "engine/io/sim/sim_run.h"
#include "imapd/net/deflate_stream.h"

namespace loam::imap {
namespace {

std::string noise(std::size_t size, std::uint64_t state) {
    std::string octets(size, '\0');
    for (char& c : octets) {
        state = state * 6'364'136'223'846'793'005 + 1'442'695'040'888'963'407;
        c = static_cast<char>(state >> 56U);
    }
    return octets;
}

std::string responses(std::size_t lines) {
    std::string text;
    for (std::size_t i = 1; i <= lines; ++i) {
        const std::string n = std::to_string(i);
        text += "* " + n + " FETCH (UID " + n + " FLAGS (\\Seen) RFC822.SIZE 4" + n + ")\r\n";
    }
    return text;
}

/// What a client says, compressed in pieces that end in `flush`.
class PeerDeflater {
  public:
    explicit PeerDeflater(int window_bits = 15) {
        EXPECT_EQ(deflateInit2(&z_, 9, Z_DEFLATED, -window_bits, 9, Z_DEFAULT_STRATEGY), Z_OK);
    }
    PeerDeflater(const PeerDeflater&) = delete;
    PeerDeflater& operator=(const PeerDeflater&) = delete;
    ~PeerDeflater() { deflateEnd(&z_); }
    std::string say(const std::string& text, int flush) {
        std::string out(deflateBound(&z_, text.size()) + 64, '\0');
        std::string in = text;
        z_.next_in = reinterpret_cast<Bytef*>(in.data());
        z_.avail_in = static_cast<uInt>(in.size());
        z_.next_out = reinterpret_cast<Bytef*>(out.data());
        z_.avail_out = static_cast<uInt>(out.size());
        deflate(&z_, flush);
        out.resize(out.size() - z_.avail_out);
        return out;
    }

  private:
    z_stream z_{};
};

/// All that can be had of what the Inflater holds; "damaged" at a fault.
std::string drain(Inflater& inflater, std::size_t max = 1000) {
    std::string all;
    for (;;) {
        const auto octets = inflater.take(max);
        if (!octets) return all + "damaged";
        EXPECT_LE(octets->size(), max);
        if (octets->empty()) return all;
        all += as_text(*octets);
    }
}

TEST(Deflate, IsReadAsItWasWritten) {
    Deflater deflater;
    Inflater inflater;
    const std::vector<std::string> pieces{"* OK ready\r\n",
                                          responses(500),
                                          noise(65'536, 7),
                                          noise(65'536, 8),
                                          "a OK\r\n",
                                          std::string(65'536, 'x'),
                                          "",
                                          responses(3)};
    for (const std::string& piece : pieces) {
        inflater.give(deflater.compress(as_bytes(piece)));
        EXPECT_EQ(drain(inflater), piece) << "flushed, whatever comes behind it";
    }
}

TEST(Deflate, MakesResponsesSmallAndWastesNothingOnNoise) {
    Deflater deflater;
    const std::string text = responses(1000);
    std::size_t sent = 0;
    for (std::size_t at = 0; at < text.size(); at += 60'000)
        sent += deflater.compress(as_bytes(std::string_view(text).substr(at, 60'000))).size();
    EXPECT_LT(sent * 4, text.size());
    EXPECT_FALSE(deflater.storing());
    const std::string attachment = noise(Deflater::kPieceBytesMax, 3);
    std::size_t copied = 0;
    for (int i = 0; i < 100; ++i) {
        copied += deflater.storing() ? 1U : 0U;
        EXPECT_LT(deflater.compress(as_bytes(attachment)).size(), attachment.size() + 200);
    }
    EXPECT_GT(copied, 90U) << "not even tried";
    for (int i = 0; i < 20; ++i)
        static_cast<void>(deflater.compress(as_bytes(text.substr(0, 8000))));
    EXPECT_LT(deflater.compress(as_bytes(text.substr(0, 8000))).size(), 3000U) << "tried again";
}

TEST(Inflate, TakesAnyFlushInAnyPieces) {
    for (const int flush : {Z_PARTIAL_FLUSH, Z_SYNC_FLUSH, Z_FULL_FLUSH}) {
        for (const int window_bits : {9, 15}) {
            PeerDeflater peer(window_bits);
            Inflater inflater;
            for (int i = 0; i < 30; ++i) {
                const std::string command = "a" + std::to_string(i) + " UID FETCH 1:* FLAGS\r\n";
                const std::string compressed = peer.say(command, flush);
                std::string heard;
                for (const char octet : compressed) {
                    inflater.give(as_bytes(std::string_view(&octet, 1)));
                    heard += drain(inflater);
                }
                EXPECT_EQ(heard, command) << "flush " << flush << " window " << window_bits;
            }
        }
    }
}

TEST(Inflate, EndsWhereThePeerEnds) {
    PeerDeflater peer;
    Inflater inflater;
    inflater.give(as_bytes(peer.say("a LOGOUT\r\n", Z_FINISH) + "more"));
    EXPECT_EQ(drain(inflater), "a LOGOUT\r\n");
    EXPECT_TRUE(inflater.ended());
}

TEST(Inflate, RefusesWhatIsNone) {
    for (const std::string& octets : {std::string("a1 NOOP\r\n"), std::string(100, '\xFF')}) {
        Inflater inflater;
        inflater.give(as_bytes(octets));
        const auto taken = inflater.take(1000);
        ASSERT_FALSE(taken);
        EXPECT_EQ(taken.error().code, Errc::invalid);
    }
}

TEST(Inflate, ABombGoesOffInPieces) {
    PeerDeflater peer;
    const std::string zeros(64U << 20, '\0');
    const std::string bomb = peer.say(zeros, Z_SYNC_FLUSH);
    ASSERT_LT(bomb.size(), 100'000U);
    Inflater inflater;
    inflater.give(as_bytes(bomb));
    std::size_t octets = 0;
    for (;;) {
        const auto taken = inflater.take(4096);
        ASSERT_TRUE(taken);
        if (taken->empty()) break;
        ASSERT_LE(taken->size(), 4096U);
        octets += taken->size();
    }
    EXPECT_EQ(octets, zeros.size());
}

struct Machine {
    explicit Machine(std::uint64_t seed) : world(seed), loop(world), network(world) {}
    io::SimWorld world;
    io::SimLoop loop;
    io::SimNetwork network;
    io::SimNet net{loop, network};
};

struct Pair {
    std::unique_ptr<io::Stream> client;
    std::unique_ptr<DeflateStream> server;
};

// The server's end begins with octets that came before it was there.
Task<Pair> connect(Machine& m, std::string early) {
    Pair pair;
    auto listener = m.net.listen("127.0.0.1:0");
    const std::string address = (*listener)->address();
    auto near = co_await m.net.connect(address);
    auto far = co_await (*listener)->accept();
    pair.client = *std::move(near);
    pair.server = std::make_unique<DeflateStream>(*std::move(far), as_bytes(early));
    co_return pair;
}

// Octets to the end of the stream; behind them the error that ended it.
Task<Result<std::string>> read_all(io::Stream& stream) {
    std::string all;
    for (;;) {
        const auto received = co_await stream.receive();
        if (!received) co_return all + "|" + std::string(to_string(received.error().code));
        if (received->empty()) co_return all;
        all += as_text(received->bytes());
    }
}

Task<Status> send_and_leave(io::Stream& stream, std::string octets) {
    Status sent = co_await stream.send(as_bytes(octets));
    stream.shutdown();
    co_return sent;
}

TEST(DeflateStreams, CarryBothWaysWhateverThePieces) {
    const std::string text = responses(5000) + noise(100'000, 1);
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        SCOPED_TRACE(seed);
        Machine m(seed);
        PeerDeflater peer;
        const std::string early = peer.say("a NOOP\r\n", Z_SYNC_FLUSH);
        Pair pair = io::run_sim(m.loop, connect(m, early));
        const std::string rest = peer.say(text, Z_FINISH);
        const Status sent = io::run_sim(m.loop, pair.client->send(as_bytes(rest.substr(0, 9000))));
        ASSERT_TRUE(sent);
        std::optional<Result<std::string>> heard;
        std::optional<Result<std::string>> answered;
        std::optional<Status> said;
        io::Gate gate;
        m.loop.post([&] {
            gate.spawn(io::keep_result(read_all(*pair.server), heard));
            gate.spawn(io::keep_result(pair.client->send(as_bytes(rest).subspan(9000)), said));
        });
        ASSERT_TRUE(m.world.run_until([&] { return heard && said; }));
        EXPECT_TRUE(**heard == "a NOOP\r\n" + text);
        std::optional<Status> left;
        m.loop.post([&] {
            gate.spawn(io::keep_result(send_and_leave(*pair.server, text), left));
            gate.spawn(io::keep_result(read_all(*pair.client), answered));
        });
        ASSERT_TRUE(m.world.run_until([&] { return answered && left; }));
        Inflater inflater;
        inflater.give(as_bytes(**answered));
        EXPECT_TRUE(drain(inflater, 100'000) == text);
    }
}

TEST(DeflateStreams, EndAtWhatIsNoDeflate) {
    Machine m(1);
    PeerDeflater peer;
    const std::string good = peer.say("a NOOP\r\n", Z_SYNC_FLUSH);
    Pair pair = io::run_sim(m.loop, connect(m, good + std::string(100, '\xFF')));
    EXPECT_EQ(*io::run_sim(m.loop, read_all(*pair.server)), "a NOOP\r\n|closed");
}

}  // namespace
}  // namespace loam::imap
