#include "imapd/tls/stream.h"

#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "engine/io/sim/sim_net.h"
#include "engine/io/sim/sim_run.h"
#include "tests/imapd/tls/certificates.h"
#include "tests/imapd/tls/client.h"

// TLS over streams that the seed cuts into pieces of any size: RFC 8446, RFC 5246.
namespace loam::tls {
namespace {

constexpr std::uint64_t kSeeds = 20;

struct Machine {
    explicit Machine(std::uint64_t seed) : world(seed), loop(world), other(world), network(world) {}
    io::SimWorld world;
    io::SimLoop loop;
    io::SimLoop other;
    io::SimNetwork network;
    io::SimNet net{loop, network};
    io::SimNet other_net{other, network};
};

class TlsStreams : public testing::Test {
  protected:
    TlsStreams() {
        config_.identity = make_identity(dir_, "a", "a.example");
        load();
    }

    void load() {
        auto loaded = TlsContext::load(config_);
        LOAM_CHECK(loaded.ok());
        context_ = *std::move(loaded);
    }

    TempDir dir_;
    TlsConfig config_;
    std::shared_ptr<const TlsContext> context_;
};

struct Pair {
    std::unique_ptr<TlsClient> client;
    std::unique_ptr<TlsStream> server;
};

Task<Pair> connect(Machine& m, std::shared_ptr<const TlsContext> context) {
    Pair pair;
    auto listener = m.net.listen("127.0.0.1:0");
    const std::string address = (*listener)->address();
    auto near = co_await m.net.connect(address);
    auto far = co_await (*listener)->accept();
    pair.client = std::make_unique<TlsClient>(*std::move(near));
    pair.server = std::make_unique<TlsStream>(*std::move(far), std::move(context));
    co_return pair;
}

// Both ends at once; nullopt while one has not ended.
struct Shaken {
    std::optional<Status> client;
    std::optional<Status> server;
    bool good() const { return client && server && *client && *server; }
};

Task<Status> shake_server(TlsStream& server) {
    Status done = co_await server.handshake();
    if (!done) server.shutdown();
    co_return done;
}

Task<Status> shake_client(TlsClient& client) {
    Status done = co_await client.handshake();
    if (!done) client.stream().shutdown();
    co_return done;
}

Shaken shake(Machine& m, Pair& pair) {
    Shaken shaken;
    io::Gate gate;
    m.loop.post([&] {
        gate.spawn(io::keep_result(shake_server(*pair.server), shaken.server));
        gate.spawn(io::keep_result(shake_client(*pair.client), shaken.client));
    });
    EXPECT_TRUE(m.world.run_until([&] { return shaken.client && shaken.server; }));
    return shaken;
}

Task<Result<std::string>> read(TlsStream& server, std::size_t size) {
    std::string all;
    while (all.size() < size) {
        LOAM_CO_TRY(const io::Received got, co_await server.receive());
        if (got.empty()) co_return fail(Errc::closed, "ended early");
        all += as_text(got.bytes());
    }
    co_return all;
}

std::string pattern(std::size_t size) {
    std::string text(size, ' ');
    for (std::size_t i = 0; i < size; ++i)
        text[i] = static_cast<char>('!' + i % 89);
    return text;
}

// More than all buffers together, both ways at once, so each side reads while its own send waits.
TEST_F(TlsStreams, CarryMuchBothWaysAtOnce) {
    const std::string text = pattern(700'000);
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        SCOPED_TRACE(seed);
        Machine m(seed);
        Pair pair = io::run_sim(m.loop, connect(m, context_));
        ASSERT_TRUE(shake(m, pair).good());
        std::optional<Status> sent;
        std::optional<Result<std::string>> got;
        std::optional<Status> answered;
        std::optional<Result<std::string>> heard;
        io::Gate gate;
        m.loop.post([&] {
            gate.spawn(io::keep_result(pair.server->send(as_bytes(text)), sent));
            gate.spawn(io::keep_result(read(*pair.server, text.size()), got));
            gate.spawn(io::keep_result(pair.client->send(text), answered));
            gate.spawn(io::keep_result(pair.client->receive(text.size()), heard));
        });
        ASSERT_TRUE(m.world.run_until([&] { return sent && got && answered && heard; }));
        ASSERT_TRUE(*sent && *got && *answered && *heard);
        EXPECT_TRUE(**got == text);
        EXPECT_TRUE(**heard == text);
    }
}

Task<Result<std::string>> first_words(TlsStream& server) {
    LOAM_CO_TRY_STATUS(co_await server.handshake());
    co_return co_await read(server, 5);
}

Task<Status> speak_at_once(TlsClient& client) {
    LOAM_CO_TRY_STATUS(co_await client.handshake());
    co_return co_await client.send("hello");
}

TEST_F(TlsStreams, LoseNothingThatComesRightBehindTheHandshake) {
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        Machine m(seed);
        Pair pair = io::run_sim(m.loop, connect(m, context_));
        std::optional<Result<std::string>> got;
        std::optional<Status> said;
        io::Gate gate;
        m.loop.post([&] {
            gate.spawn(io::keep_result(first_words(*pair.server), got));
            gate.spawn(io::keep_result(speak_at_once(*pair.client), said));
        });
        ASSERT_TRUE(m.world.run_until([&] { return got && said; }));
        ASSERT_TRUE(*got);
        EXPECT_EQ(**got, "hello");
    }
}

Task<void> move(Machine& m, TlsStream& server) {
    const int socket = server.release();
    co_await io::switch_to(m.other);
    server.adopt(m.other_net.adopt(socket));
    co_await io::switch_to(m.loop);
}

Task<Result<std::string>> read_there(Machine& m, TlsStream& server, std::size_t size) {
    co_await io::switch_to(m.other);
    Result<std::string> got = co_await read(server, size);
    co_await io::switch_to(m.loop);
    co_return got;
}

// After the first octets of a longer text, some of which are under way or half read.
TEST_F(TlsStreams, MoveToAnotherLoopWithoutLosingAnOctet) {
    const std::string text = pattern(50'000);
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        SCOPED_TRACE(seed);
        Machine m(seed);
        Pair pair = io::run_sim(m.loop, connect(m, context_));
        ASSERT_TRUE(shake(m, pair).good());
        ASSERT_TRUE(io::run_sim(m.loop, pair.client->send(text)));
        const auto begun = io::run_sim(m.loop, read(*pair.server, 100));
        ASSERT_TRUE(begun);
        io::run_sim(m.loop, move(m, *pair.server));
        const auto rest =
            io::run_sim(m.loop, read_there(m, *pair.server, text.size() - begun->size()));
        ASSERT_TRUE(rest) << rest.error().what;
        EXPECT_TRUE(*begun + *rest == text);
    }
}

TEST_F(TlsStreams, TellTheEndAndAnEndThatWasCutOff) {
    Machine m(1);
    Pair pair = io::run_sim(m.loop, connect(m, context_));
    ASSERT_TRUE(shake(m, pair).good());
    ASSERT_TRUE(io::run_sim(m.loop, pair.server->close_notify()));
    const auto end = io::run_sim(m.loop, pair.client->receive());
    EXPECT_TRUE(end && end->empty()) << "the client hears close_notify";
    SSL_shutdown(pair.client->ssl());
    ASSERT_TRUE(io::run_sim(m.loop, pair.client->flush()));
    const auto over = io::run_sim(m.loop, pair.server->receive());
    EXPECT_TRUE(over && over->empty()) << "and so does the server";

    Pair cut = io::run_sim(m.loop, connect(m, context_));
    ASSERT_TRUE(shake(m, cut).good());
    cut.client->stream().shutdown();
    EXPECT_EQ(io::run_sim(m.loop, cut.server->receive()).error().code, Errc::closed);
}

Task<Status> say_and_leave(io::Stream& stream, std::string text) {
    Status sent = co_await stream.send(as_bytes(text));
    stream.shutdown();
    co_return sent;
}

std::string client_hello(TlsClient& client) {
    SSL_do_handshake(client.ssl());
    std::string hello(static_cast<std::size_t>(BIO_pending(SSL_get_wbio(client.ssl()))), ' ');
    BIO_read(SSL_get_wbio(client.ssl()), hello.data(), static_cast<int>(hello.size()));
    return hello;
}

TEST_F(TlsStreams, EndWithAPeerThatVanishesAnywhereInItsHello) {
    for (std::size_t size = 0; size < 400; size += 7) {
        Machine m(size);
        Pair pair = io::run_sim(m.loop, connect(m, context_));
        const std::string hello = client_hello(*pair.client).substr(0, size);
        ASSERT_TRUE(io::run_sim(m.loop, say_and_leave(pair.client->stream(), hello)));
        EXPECT_FALSE(io::run_sim(m.loop, shake_server(*pair.server)));
    }
}

TEST_F(TlsStreams, RefuseGarbage) {
    for (const std::string& garbage :
         {std::string("a1 LOGIN kim secret\r\n"), std::string("GET / HTTP/1.1\r\n\r\n"),
          std::string(5000, '\0'), std::string(5000, '\x16'),
          std::string("\x16\x03\x01\xFF\xFF")}) {
        Machine m(3);
        Pair pair = io::run_sim(m.loop, connect(m, context_));
        ASSERT_TRUE(io::run_sim(m.loop, pair.client->stream().send(as_bytes(garbage + garbage))));
        std::optional<Status> ended;
        io::Gate gate;
        m.loop.post([&] { gate.spawn(io::keep_result(shake_server(*pair.server), ended)); });
        m.world.run_until([&] { return ended.has_value(); });
        if (!ended) pair.server->shutdown();  // it waits for more of a record; a timeout ends that
        ASSERT_TRUE(m.world.run_until([&] { return ended.has_value(); }));
        EXPECT_FALSE(*ended) << garbage.substr(0, 10);
    }
}

TEST_F(TlsStreams, BreakOnARecordThatWasChanged) {
    Machine m(1);
    Pair pair = io::run_sim(m.loop, connect(m, context_));
    ASSERT_TRUE(shake(m, pair).good());
    ASSERT_TRUE(io::run_sim(m.loop, pair.client->send("whole")));
    EXPECT_EQ(io::run_sim(m.loop, read(*pair.server, 5)).value_or(""), "whole");
    const std::string changed("\x17\x03\x03\x00\x20", 5);
    ASSERT_TRUE(
        io::run_sim(m.loop, pair.client->stream().send(as_bytes(changed + std::string(32, 'x')))));
    EXPECT_EQ(io::run_sim(m.loop, pair.server->receive()).error().code, Errc::closed);
    EXPECT_FALSE(io::run_sim(m.loop, pair.server->send(as_bytes("too late"))));
}

TEST_F(TlsStreams, SpeakNoOldVersions) {
    struct Case {
        int version;
        TlsVersion min;
        bool good;
    };
    constexpr Case kCases[] = {
        {TLS1_VERSION, TlsVersion::tls12, false},  {TLS1_1_VERSION, TlsVersion::tls12, false},
        {TLS1_2_VERSION, TlsVersion::tls12, true}, {TLS1_2_VERSION, TlsVersion::tls13, false},
        {TLS1_3_VERSION, TlsVersion::tls13, true},
    };
    for (const Case& c : kCases) {
        config_.min_version = c.min;
        load();
        Machine m(1);
        Pair pair = io::run_sim(m.loop, connect(m, context_));
        SSL_set_security_level(pair.client->ssl(), 0);
        SSL_set_min_proto_version(pair.client->ssl(), c.version);
        SSL_set_max_proto_version(pair.client->ssl(), c.version);
        EXPECT_EQ(shake(m, pair).good(), c.good) << c.version;
    }
}

// With TLS 1.2 a client may ask for another handshake: it is told no, and the connection goes on.
TEST_F(TlsStreams, RefuseRenegotiation) {
    Machine m(1);
    Pair pair = io::run_sim(m.loop, connect(m, context_));
    SSL_set_max_proto_version(pair.client->ssl(), TLS1_2_VERSION);
    ASSERT_TRUE(shake(m, pair).good());
    ASSERT_EQ(SSL_renegotiate(pair.client->ssl()), 1);
    SSL_do_handshake(pair.client->ssl());
    ASSERT_TRUE(io::run_sim(m.loop, pair.client->flush()));
    std::optional<Result<io::Received>> got;
    io::Gate gate;
    m.loop.post([&] { gate.spawn(io::keep_result(pair.server->receive(), got)); });
    std::optional<Result<std::string>> heard;
    m.loop.post([&] { gate.spawn(io::keep_result(pair.client->receive(), heard)); });
    ASSERT_TRUE(m.world.run_until([&] { return heard.has_value(); }));
    ASSERT_FALSE(*heard);
    EXPECT_NE(heard->error().what.find("no renegotiation"), std::string::npos);
    pair.server->shutdown();
    ASSERT_TRUE(m.world.run_until([&] { return got.has_value(); }));
    got.reset();
}

TEST_F(TlsStreams, ResumeSessionsUntilTheCertificatesAreLoadedAgain) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        Machine m(1);
        Pair first = io::run_sim(m.loop, connect(m, context_));
        SSL_set_max_proto_version(first.client->ssl(), version);
        ASSERT_TRUE(shake(m, first).good());
        EXPECT_FALSE(first.server->resumed());
        // TLS 1.3 sends its tickets behind the handshake.
        ASSERT_TRUE(io::run_sim(m.loop, first.server->send(as_bytes("x"))));
        ASSERT_TRUE(io::run_sim(m.loop, first.client->receive(1)));
        SSL_SESSION* session = SSL_get1_session(first.client->ssl());
        Pair second = io::run_sim(m.loop, connect(m, context_));
        SSL_set_max_proto_version(second.client->ssl(), version);
        SSL_set_session(second.client->ssl(), session);
        ASSERT_TRUE(shake(m, second).good());
        EXPECT_TRUE(second.server->resumed()) << version;
        load();
        Pair third = io::run_sim(m.loop, connect(m, context_));
        SSL_set_max_proto_version(third.client->ssl(), version);
        SSL_set_session(third.client->ssl(), session);
        ASSERT_TRUE(shake(m, third).good());
        EXPECT_FALSE(third.server->resumed()) << version;
        SSL_SESSION_free(session);
    }
}

TEST_F(TlsStreams, ShowTheCertificateOfTheNameThatIsAskedFor) {
    config_.additional.push_back(make_identity(dir_, "b", "*.b.example"));
    load();
    const std::pair<const char*, const char*> cases[] = {
        {"a.example", "a.example"}, {"mail.b.example", "*.b.example"}, {"c.example", "a.example"}};
    for (const auto& [asked, shown] : cases) {
        Machine m(1);
        Pair pair = io::run_sim(m.loop, connect(m, context_));
        pair.client->ask_for(asked);
        ASSERT_TRUE(shake(m, pair).good());
        char name[64] = {};
        X509* certificate = SSL_get0_peer_certificate(pair.client->ssl());
        X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, 64);
        EXPECT_STREQ(name, shown) << asked;
    }
}

TEST_F(TlsStreams, VerifyClients) {
    const TlsIdentity trusted = make_identity(dir_, "kim", "kim");
    const TlsIdentity stranger = make_identity(dir_, "eve", "eve");
    config_.client_ca = trusted.certificate;
    struct Case {
        ClientCertificates mode;
        const TlsIdentity* shown;
        bool good;
        const char* subject;
    };
    const Case cases[] = {
        {ClientCertificates::none, &stranger, true, ""},
        {ClientCertificates::optional, nullptr, true, ""},
        {ClientCertificates::optional, &trusted, true, "CN=kim"},
        {ClientCertificates::optional, &stranger, false, ""},
        {ClientCertificates::required, nullptr, false, ""},
        {ClientCertificates::required, &trusted, true, "CN=kim"},
    };
    for (const Case& c : cases) {
        config_.client_certificates = c.mode;
        load();
        Machine m(1);
        Pair pair = io::run_sim(m.loop, connect(m, context_));
        SSL* ssl = pair.client->ssl();
        SSL_set_max_proto_version(ssl, TLS1_2_VERSION);  // where the client hears of it at once
        if (c.shown != nullptr) {
            SSL_use_certificate_file(ssl, c.shown->certificate.path.c_str(), SSL_FILETYPE_PEM);
            SSL_use_PrivateKey_file(ssl, c.shown->key.path.c_str(), SSL_FILETYPE_PEM);
        }
        EXPECT_EQ(shake(m, pair).good(), c.good);
        if (c.good) EXPECT_EQ(pair.server->client_subject(), c.subject);
    }
}

}  // namespace
}  // namespace loam::tls
