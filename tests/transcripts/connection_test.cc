#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/imapd/tls/certificates.h"
#include "tests/transcripts/client.h"
#include "tests/transcripts/world.h"

// What a connection does when its peer is slow, rude or gone. RFC 9051 section 3.4.
namespace loam::imap {
namespace {

ServerConfig config() {
    ServerConfig made;
    made.session.plaintext = PlaintextPolicy::loopback;
    return made;
}

class Connections : public testing::Test {
  protected:
    Connections() { world_.add_user("kim", "secret"); }

    std::unique_ptr<Client> login() {
        auto client = std::make_unique<Client>(world_.address());
        EXPECT_TRUE(client->read_response().starts_with("* OK"));
        EXPECT_EQ(command(*client, "LOGIN kim secret").substr(0, 4), "t OK");
        return client;
    }

    // The tagged answer.
    static std::string command(Client& client, const std::string& text) {
        client.send("t " + text + "\r\n");
        return answer(client);
    }

    static std::string answer(Client& client) {
        for (;;) {
            std::string response = client.read_response();
            if (!response.starts_with("* ")) return response;
        }
    }

    static std::string append(Client& client, std::size_t octets) {
        client.send("t APPEND INBOX {" + std::to_string(octets) + "}\r\n");
        EXPECT_TRUE(client.read_response().starts_with("+ "));
        client.send(std::string(octets, 'x') + "\r\n");
        return answer(client);
    }

    World world_{config()};
};

// NUL kim NUL secret. RFC 9051 section 6.2.2, RFC 4616, RFC 4959.
TEST_F(Connections, AuthenticateByPlain) {
    constexpr const char* kResponse = "AGtpbQBzZWNyZXQ=";
    Client at_once(world_.address());
    EXPECT_TRUE(at_once.read_response().starts_with("* OK"));
    EXPECT_TRUE(command(at_once, std::string("AUTHENTICATE PLAIN ") + kResponse)
                    .starts_with("t OK [CAPABILITY "));
    EXPECT_TRUE(command(at_once, "SELECT INBOX").starts_with("t OK"));

    Client asked(world_.address());
    EXPECT_TRUE(asked.read_response().starts_with("* OK"));
    asked.send("t AUTHENTICATE PLAIN\r\n");
    EXPECT_EQ(asked.read_response(), "+ ");
    asked.send(std::string(kResponse) + "\r\n");
    EXPECT_TRUE(answer(asked).starts_with("t OK [CAPABILITY "));
    EXPECT_TRUE(command(asked, "SELECT INBOX").starts_with("t OK"));
}

TEST_F(Connections, WaitForASlowReader) {
    constexpr std::size_t kOctets = 3U << 20;
    const auto client = login();
    for (int i = 0; i < 4; ++i) {
        EXPECT_TRUE(append(*client, kOctets).starts_with("t OK [APPENDUID"));
    }
    EXPECT_TRUE(command(*client, "EXAMINE INBOX").starts_with("t OK"));
    // Far more than sockets buffer is on its way before anything is read.
    client->send("f FETCH 1:4 BODY[]\r\n");
    const auto other = login();
    EXPECT_TRUE(command(*other, "NOOP").starts_with("t OK")) << "nobody else waits";
    for (int i = 1; i <= 4; ++i) {
        const std::string response = client->read_response();
        EXPECT_TRUE(response.starts_with("* " + std::to_string(i) + " FETCH (BODY[] {"));
        EXPECT_GT(response.size(), kOctets);
    }
    EXPECT_TRUE(client->read_response().starts_with("f OK"));
}

TEST_F(Connections, SurviveAReaderThatLeaves) {
    auto client = login();
    EXPECT_TRUE(append(*client, 3U << 20).starts_with("t OK"));
    EXPECT_TRUE(command(*client, "EXAMINE INBOX").starts_with("t OK"));
    client->send("f FETCH 1 (BODY[] BODY[TEXT])\r\n");
    client.reset();
    EXPECT_TRUE(command(*login(), "NOOP").starts_with("t OK"));
}

TEST_F(Connections, StoreNothingOfAMessageThatStopsHalfWay) {
    auto client = login();
    client->send("t APPEND INBOX {100000}\r\n");
    EXPECT_TRUE(client->read_response().starts_with("+ "));
    client->send(std::string(50000, 'x'));
    client.reset();
    const auto other = login();
    other->send("s STATUS INBOX (MESSAGES SIZE)\r\n");
    EXPECT_EQ(other->read_response(), "* STATUS INBOX (MESSAGES 0 SIZE 0)");
}

TEST_F(Connections, KeepManySessionsApart) {
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 40; ++i)
        clients.push_back(login());
    for (const auto& client : clients)
        client->send("s SELECT INBOX\r\ni IDLE\r\n");
    for (const auto& client : clients) {
        EXPECT_TRUE(answer(*client).starts_with("s OK"));
        EXPECT_EQ(client->read_response(), "+ idling");
    }
    EXPECT_TRUE(append(*login(), 10).starts_with("t OK"));
    for (const auto& client : clients)
        EXPECT_EQ(client->read_response(), "* 1 EXISTS");
}

TEST_F(Connections, EndWithTheServers) {
    std::vector<std::unique_ptr<Client>> clients;
    for (int i = 0; i < 10; ++i)
        clients.push_back(login());
    clients.push_back(std::make_unique<Client>(world_.address()));
    EXPECT_TRUE(clients.back()->read_response().starts_with("* OK"));
    world_.stop_servers();
    for (const auto& client : clients) {
        EXPECT_TRUE(client->read_response().starts_with("* BYE"));
        EXPECT_EQ(client->read_response(), "<eof>");
    }
}

// Silence, and octets that never become a handshake, at both doors to TLS.
TEST(TlsConnections, EndWithoutAHandshakeInTime) {
    const TempDir dir;
    tls::TlsConfig certificates;
    certificates.identity = tls::make_identity(dir, "a", "a.example");
    ServerConfig impatient = config();
    impatient.limits.handshake = impatient.limits.stop = std::chrono::seconds(1);
    World world(impatient, certificates);

    Client silent(world.tls_address());
    EXPECT_EQ(silent.read_response(), "<eof>");
    Client slow(world.tls_address());
    slow.send("\x16\x03\x01");
    EXPECT_EQ(slow.read_response(), "<eof>");
    Client asked(world.address());
    EXPECT_NE(asked.read_response().find(" STARTTLS "), std::string::npos);
    asked.send("a1 STARTTLS\r\n");
    EXPECT_TRUE(asked.read_response().starts_with("a1 OK"));
    EXPECT_EQ(asked.read_response(), "<eof>");

    // One that is under way does not hold up the end.
    Client late(world.tls_address());
    world.stop_servers();
    EXPECT_EQ(late.read_response(), "<eof>");
}

}  // namespace
}  // namespace loam::imap
