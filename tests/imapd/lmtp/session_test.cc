// LMTP over a socket, into a real store: RFC 2033 sections 4.1, 4.2 and 5.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "engine/io/ring_net.h"
#include "imapd/lmtp/server.h"
#include "tests/engine/api/store_fixture.h"

namespace loam::lmtp {
namespace {

constexpr std::uint64_t kMessageLimit = 4U << 20;
constexpr std::string_view kBody = "Subject: hi\r\n\r\nHello.\r\n";

class LmtpSessionTest : public StoreFixture {
  protected:
    void SetUp() override {
        config_.host = "mx.example";
        open_with_limit();
        for (const char* user : {"kim", "lee"})
            add_user(user);
        server_ = std::make_unique<LmtpServer>(*reactor_, net_, *store_, config_);
        ASSERT_TRUE(server_->listen({"127.0.0.1:0"}));
        connect();
    }
    /// As open(), but a message that is too large is soon sent.
    void open_with_limit() {
        StoreOptions options;
        options.path = dir_ / "store";
        options.create = true;
        options.cache_bytes = 8U << 20;
        options.message_bytes_max = kMessageLimit;
        auto opened = run(Store::open(options, {{reactor_.get(), &disk_}}));
        ASSERT_TRUE(opened) << opened.error().what;
        store_ = *std::move(opened);
    }
    void TearDown() override {
        client_.reset();
        stop();
    }
    void stop() {
        if (server_) run(server_->stop());
        server_.reset();
    }
    void connect() {
        auto stream = run(net_.connect(server_->addresses().front()));
        ASSERT_TRUE(stream) << stream.error().what;
        client_ = *std::move(stream);
        EXPECT_EQ(hear(1), "220 mx.example LMTP Loam\n");
    }
    /// The next lines from the server, each ended by LF only; stops early when it hangs up.
    std::string hear(std::size_t lines) {
        std::string told;
        while (lines > 0) {
            const std::size_t end = heard_.find("\r\n");
            if (end != std::string::npos) {
                told += heard_.substr(0, end) + "\n";
                heard_.erase(0, end + 2);
                --lines;
                continue;
            }
            const auto received = run(client_->receive());
            if (!received || received->empty()) return told + "(closed)";
            heard_ += as_text(received->bytes());
        }
        return told;
    }
    void say(std::string_view text) {
        const Status sent = run(client_->send(as_bytes(text)));
        EXPECT_TRUE(sent) << sent.error().what;
    }
    /// One exchange.
    std::string ask(std::string_view text, std::size_t lines = 1) {
        say(std::string(text) + "\r\n");
        return hear(lines);
    }
    /// MAIL and RCPT for each user, up to the go-ahead for the text.
    void envelope(const std::vector<std::string>& users, const std::string& parameters = "") {
        EXPECT_EQ(ask("MAIL FROM:<ann@b.example>" + parameters), "250 2.1.0 ok\n");
        for (const std::string& user : users)
            EXPECT_EQ(ask("RCPT TO:<" + user + "@x>"), "250 2.1.5 ok\n");
        EXPECT_EQ(ask("DATA"), "354 go ahead, end with a dot\n");
    }
    /// What followed the trace in the only message of a user.
    std::string only_text(const std::string& user) {
        const auto texts = inbox(user);
        EXPECT_EQ(texts.size(), 1U);
        if (texts.empty()) return "none";
        const std::size_t end = texts[0].find(" +0000\r\n");
        return end == std::string::npos ? texts[0] : texts[0].substr(end + 8);
    }
    void greet() { ask("LHLO c.example", 6); }
    std::vector<std::string> inbox(const std::string& user) {
        account(user);
        std::vector<std::string> texts;
        const auto opened = open_mailbox("INBOX");
        for (const MessageRow& row : opened->messages())
            texts.push_back(read_message(row.cid));
        return texts;
    }

    io::RingNet net_{*reactor_};
    LmtpConfig config_;
    std::unique_ptr<LmtpServer> server_;
    std::unique_ptr<io::Stream> client_;
    std::string heard_;
};

TEST_F(LmtpSessionTest, StoresWhatWasSentBehindATrace) {
    EXPECT_EQ(ask("LHLO c.example", 6),
              "250-mx.example\n250-PIPELINING\n250-ENHANCEDSTATUSCODES\n250-8BITMIME\n"
              "250-SMTPUTF8\n250 SIZE 4194304\n");
    EXPECT_EQ(ask("MAIL FROM:<ann@b.example> BODY=8BITMIME SIZE=30"), "250 2.1.0 ok\n");
    EXPECT_EQ(ask("RCPT TO:<kim@example.org>"), "250 2.1.5 ok\n");
    EXPECT_EQ(ask("DATA"), "354 go ahead, end with a dot\n");
    EXPECT_EQ(ask("Subject: d\xC3\xB6t\r\n\r\n..\r\n...a\r\n."), "250 2.0.0 delivered\n");
    EXPECT_EQ(ask("QUIT"), "221 2.0.0 bye\n");
    EXPECT_EQ(hear(1), "(closed)");
    const auto texts = inbox("kim");
    ASSERT_EQ(texts.size(), 1U);
    const std::string& text = texts[0];
    EXPECT_TRUE(
        text.starts_with("Return-Path: <ann@b.example>\r\nDelivered-To: kim@example.org\r\n"
                         "Received: from c.example (127.0.0.1:"))
        << text;
    EXPECT_NE(text.find(")\r\n\tby mx.example with LMTP;\r\n\t"), std::string::npos) << text;
    EXPECT_TRUE(text.ends_with(" +0000\r\nSubject: d\xC3\xB6t\r\n\r\n.\r\n..a\r\n")) << text;
    expect_counters_hold();
}

TEST_F(LmtpSessionTest, APipelinedBatchIsAnsweredInOrder) {
    const std::string transaction =
        "MAIL FROM:<>\r\nRCPT TO:<kim@x>\r\nRCPT TO:<nobody@x>\r\n"
        "RCPT TO:<lee+list@x>\r\nDATA\r\n" +
        std::string(kBody) + ".\r\n";
    say("LHLO c\r\n" + transaction + transaction + "QUIT\r\n");
    hear(6);
    const std::string want =
        "250 2.1.0 ok\n250 2.1.5 ok\n550 5.1.1 no such user here\n250 2.1.5 ok\n"
        "354 go ahead, end with a dot\n250 2.0.0 delivered\n250 2.0.0 delivered\n";
    EXPECT_EQ(hear(7), want);
    EXPECT_EQ(hear(7), want);
    EXPECT_EQ(hear(2), "221 2.0.0 bye\n(closed)");
    for (const char* user : {"kim", "lee"}) {
        const auto texts = inbox(user);
        ASSERT_EQ(texts.size(), 2U) << user;
        EXPECT_TRUE(texts[1].starts_with("Return-Path: <>\r\n")) << texts[1];
        EXPECT_TRUE(texts[1].ends_with(" +0000\r\n" + std::string(kBody))) << texts[1];
    }
}

TEST_F(LmtpSessionTest, EachRecipientHasAnAnswerOfItsOwn) {
    account("lee");
    ASSERT_TRUE(run(account_->set_limits({.octets = 100})));
    greet();
    for (const char* size : {"", " SIZE=500"}) {
        EXPECT_EQ(ask("MAIL FROM:<a@b>" + std::string(size)), "250 2.1.0 ok\n");
        for (const char* user : {"lee", "kim"})
            EXPECT_EQ(ask("RCPT TO:<" + std::string(user) + "@x>"), "250 2.1.5 ok\n");
        EXPECT_EQ(ask("DATA"), "354 go ahead, end with a dot\n");
        EXPECT_EQ(ask(std::string(kBody) + ".", 2),
                  "452 4.2.2 the mailbox is full\n250 2.0.0 delivered\n");
    }
    EXPECT_TRUE(inbox("lee").empty());
    expect_counters_hold();
    EXPECT_EQ(inbox("kim").size(), 2U);
    expect_counters_hold();
}

TEST_F(LmtpSessionTest, ARecipientNamedTwiceIsAnsweredTwice) {
    greet();
    ask("MAIL FROM:<a@b>");
    ask("RCPT TO:<kim@x>");
    EXPECT_EQ(ask("RCPT TO:<kim@x>"), "250 2.1.5 ok\n");
    ask("DATA");
    EXPECT_EQ(ask(std::string(kBody) + ".", 2), "250 2.0.0 delivered\n250 2.0.0 delivered\n");
    EXPECT_EQ(ask("NOOP"), "250 2.0.0 ok\n");
    EXPECT_EQ(inbox("kim").size(), 2U);
    expect_counters_hold();
}

TEST_F(LmtpSessionTest, RefusesWhatIsOutOfOrderOrUnknown) {
    EXPECT_EQ(ask("MAIL FROM:<a@b>"), "503 5.5.1 LHLO first\n");
    EXPECT_EQ(ask("EHLO c"), "500 5.5.1 unknown command\n");
    EXPECT_EQ(ask("LHLO"), "501 5.5.4 LHLO wants the name of the client\n");
    greet();
    EXPECT_EQ(ask("RCPT TO:<kim@x>"), "503 5.5.1 MAIL first\n");
    EXPECT_EQ(ask("DATA"), "503 5.5.1 MAIL first\n");
    EXPECT_EQ(ask("MAIL FROM:a@b").substr(0, 9), "501 5.5.4");
    EXPECT_EQ(ask("MAIL FROM:<a@b> AUTH=<>").substr(0, 9), "555 5.5.4");
    EXPECT_EQ(ask("MAIL FROM:<a@b> SIZE=4194305").substr(0, 9), "552 5.3.4");
    EXPECT_EQ(ask("MAIL FROM:<a@b> SIZE=4194304"), "250 2.1.0 ok\n");
    EXPECT_EQ(ask("MAIL FROM:<a@b>"), "503 5.5.1 a transaction is under way\n");
    EXPECT_EQ(ask("RCPT TO:<nobody@x>"), "550 5.1.1 no such user here\n");
    EXPECT_EQ(ask("RCPT TO:<kim@x> NOTIFY=NEVER").substr(0, 9), "555 5.5.4");
    EXPECT_EQ(ask("RCPT TO:<>").substr(0, 9), "501 5.1.3");
    EXPECT_EQ(ask("DATA"), "503 5.5.1 no recipient was accepted\n");
    EXPECT_EQ(ask("RSET"), "250 2.0.0 ok\n");
    EXPECT_EQ(ask("DATA"), "503 5.5.1 MAIL first\n");
    EXPECT_EQ(ask("NOOP " + std::string(kLineBytesMax, 'x')), "500 5.5.2 line too long\n");
    EXPECT_EQ(ask("VRFY kim").substr(0, 3), "252");
}

TEST_F(LmtpSessionTest, TooManyFaultsInARowEndIt) {
    config_.faults_max = 2;
    for (int i = 0; i < 3; ++i)
        say("FOO\r\n");
    EXPECT_EQ(hear(5),
              "500 5.5.1 unknown command\n500 5.5.1 unknown command\n500 5.5.1 unknown command\n"
              "421 4.7.0 too many errors\n(closed)");
}

TEST_F(LmtpSessionTest, OtherDomainsAndTooManyRecipientsAreRefused) {
    config_.domains = {"Example.org"};
    config_.recipients_max = 1;
    greet();
    ask("MAIL FROM:<a@b>");
    EXPECT_EQ(ask("RCPT TO:<kim@elsewhere.example>").substr(0, 9), "550 5.1.2");
    EXPECT_EQ(ask("RCPT TO:<kim@EXAMPLE.ORG>"), "250 2.1.5 ok\n");
    EXPECT_EQ(ask("RCPT TO:<lee@example.org>"), "452 4.5.3 too many recipients\n");
}

TEST_F(LmtpSessionTest, EveryCommandIsAnswered) {
    struct Case {
        const char* why;
        std::string_view line;
        std::string_view answer;
    };
    constexpr Case kCases[] = {
        {"before LHLO already", "NOOP", "250 2.0.0 ok\n"},
        {"a word behind it", "noop anything", "250 2.0.0 ok\n"},
        {"RSET with nothing to forget", "RSET", "250 2.0.0 ok\n"},
        {"HELP", "HELP MAIL", "214 2.0.0 LHLO MAIL RCPT DATA RSET NOOP VRFY HELP QUIT\n"},
        {"VRFY tells nothing", "VRFY nobody", "252 2.5.0 send some mail, and see\n"},
        {"HELO is of SMTP", "HELO c", "500 5.5.1 unknown command\n"},
        {"no TLS before LHLO", "STARTTLS", "503 5.5.1 "},
        {"an empty line", "", "500 5.5.1 unknown command\n"},
        {"8 bit", "\xC3\xA4", "500 5.5.1 unknown command\n"},
        {"a name in two words", "LHLO a b", "501 5.5.4 LHLO wants the name of the client\n"},
        {"EXPN is not offered", "EXPN list", "500 5.5.1 unknown command\n"},
    };
    for (const Case& c : kCases)
        EXPECT_EQ(ask(c.line).substr(0, c.answer.size()), c.answer) << c.why;
    EXPECT_EQ(ask(std::string("NO\0OP", 5)), "500 5.5.1 unknown command\n");
}

TEST_F(LmtpSessionTest, RsetAndAnotherLhloForgetTheTransaction) {
    for (const bool by_rset : {true, false}) {
        greet();
        EXPECT_EQ(ask("MAIL FROM:<a@b>"), "250 2.1.0 ok\n");
        EXPECT_EQ(ask("RCPT TO:<kim@x>"), "250 2.1.5 ok\n");
        if (by_rset) {
            EXPECT_EQ(ask("RSET"), "250 2.0.0 ok\n");
        } else {
            EXPECT_EQ(ask("LHLO other.example", 6).substr(0, 14), "250-mx.example");
        }
        EXPECT_EQ(ask("RCPT TO:<kim@x>"), "503 5.5.1 MAIL first\n");
        EXPECT_EQ(ask("DATA"), "503 5.5.1 MAIL first\n");
    }
    envelope({"kim"});
    EXPECT_EQ(ask(std::string(kBody) + "."), "250 2.0.0 delivered\n");
    EXPECT_NE(inbox("kim").at(0).find("Received: from other.example ("), std::string::npos);
}

TEST_F(LmtpSessionTest, ALineTooLongIsRefusedOnceAndTheNextOneIsHeard) {
    const std::string fits = "NOOP " + std::string(kLineBytesMax - 5, 'x');
    EXPECT_EQ(ask(fits), "250 2.0.0 ok\n");
    say("NOOP " + std::string(300'000, 'x') + "\r\nNOOP\r\n");
    EXPECT_EQ(hear(2), "500 5.5.2 line too long\n250 2.0.0 ok\n");
}

TEST_F(LmtpSessionTest, AMessageTooLargeIsReadToItsEndAndRefusedToEach) {
    greet();
    envelope({"kim", "lee"});
    std::string text = "Subject: large\r\n\r\n";
    while (text.size() <= kMessageLimit)
        text += std::string(998, 'x') + "\r\n";
    EXPECT_EQ(ask(text + ".", 2),
              "552 5.3.4 the message is larger than this server takes\n"
              "552 5.3.4 the message is larger than this server takes\n");
    EXPECT_EQ(ask("NOOP"), "250 2.0.0 ok\n");
    envelope({"kim"});
    EXPECT_EQ(ask(std::string(kBody) + "."), "250 2.0.0 delivered\n");
    EXPECT_EQ(only_text("kim"), kBody);
    EXPECT_TRUE(inbox("lee").empty());
    expect_counters_hold();
}

TEST_F(LmtpSessionTest, OctetsOfTheTextStayAsTheyAre) {
    struct Case {
        const char* why;
        std::string sent;
        std::string stored;
    };
    const Case cases[] = {
        {"8 bit, well-formed or not", "a: \xC3\xA4\r\n\r\n\xFF\xC3\r\n", ""},
        {"NUL", std::string("a: b\r\n\r\n\0x\0\r\n", 13), ""},
        {"CR and LF alone", "a: b\r\n\r\nx\ry\nz\r\n", ""},
        {"dots are taken off", "..\r\n..x\r\n.y\r\n", ".\r\n.x\r\ny\r\n"},
        {"a dot between bare line ends ends nothing", "x\n.\ny\r\n", ""},
        {"nor with a CR before or an LF behind it alone", "x\n.\r\ny\r.\r\nz\r\n", ""},
        {"a line without end for long", std::string(100'000, 'x') + "\r\n", ""},
        {"nothing", "", ""},
    };
    greet();
    std::size_t count = 0;
    for (const Case& c : cases) {
        envelope({"kim"}, " BODY=8BITMIME");
        say(c.sent + ".\r\n");
        EXPECT_EQ(hear(1), "250 2.0.0 delivered\n") << c.why;
        const auto texts = inbox("kim");
        ASSERT_EQ(texts.size(), ++count);
        const std::size_t end = texts.back().find(" +0000\r\n");
        ASSERT_NE(end, std::string::npos);
        EXPECT_EQ(texts.back().substr(end + 8), c.stored.empty() ? c.sent : c.stored) << c.why;
    }
}

TEST_F(LmtpSessionTest, TheEndIsFoundHoweverItIsCut) {
    greet();
    envelope({"kim"});
    for (const char c : std::string(kBody) + "..\r\n.\r\nNOOP\r\n")
        say(std::string_view(&c, 1));
    EXPECT_EQ(hear(2), "250 2.0.0 delivered\n250 2.0.0 ok\n");
    EXPECT_EQ(only_text("kim"), std::string(kBody) + ".\r\n");
}

TEST_F(LmtpSessionTest, InternationalMailSaysSoInItsTrace) {
    add_user("j\xC3\xB6rg");
    greet();
    EXPECT_EQ(ask("MAIL FROM:<\xC3\xA4@b.example> SMTPUTF8"), "250 2.1.0 ok\n");
    EXPECT_EQ(ask("RCPT TO:<j\xC3\xB6rg@x>"), "250 2.1.5 ok\n");
    EXPECT_EQ(ask("DATA"), "354 go ahead, end with a dot\n");
    EXPECT_EQ(ask(std::string(kBody) + "."), "250 2.0.0 delivered\n");
    const std::string text = inbox("j\xC3\xB6rg").at(0);
    EXPECT_TRUE(
        text.starts_with("Return-Path: <\xC3\xA4@b.example>\r\nDelivered-To: j\xC3\xB6rg@x\r\n"))
        << text;
    EXPECT_NE(text.find("with UTF8LMTP;"), std::string::npos) << text;
}

// RFC 6531 section 3.5.
TEST_F(LmtpSessionTest, AddressesInUtf8WantTheirParameter) {
    add_user("j\xC3\xB6rg");
    greet();
    EXPECT_EQ(ask("MAIL FROM:<\xC3\xA4@b.example>").substr(0, 9), "550 5.6.7");
    EXPECT_EQ(ask("MAIL FROM:<\xE4@b.example> SMTPUTF8").substr(0, 9), "501 5.5.4");
    EXPECT_EQ(ask("MAIL FROM:<a@b.example>"), "250 2.1.0 ok\n");
    EXPECT_EQ(ask("RCPT TO:<j\xC3\xB6rg@x>").substr(0, 9), "553 5.6.7");
    EXPECT_EQ(ask("RCPT TO:<kim@\xC3\xA4.example>").substr(0, 9), "553 5.6.7");
    EXPECT_EQ(ask("RCPT TO:<kim@x>"), "250 2.1.5 ok\n");
}

TEST_F(LmtpSessionTest, WhoVanishesBetweenCommandsLeavesNothing) {
    for (const char* words : {"LHL", "LHLO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<kim@x>\r\n",
                              "LHLO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<kim@x>\r\nDATA\r\n"}) {
        say(words);
        client_.reset();
        heard_.clear();
        connect();
    }
    client_.reset();
    stop();
    EXPECT_TRUE(inbox("kim").empty());
    expect_counters_hold();
}

TEST_F(LmtpSessionTest, AClientThatVanishesInDataLeavesNoMessage) {
    greet();
    ask("MAIL FROM:<a@b>");
    ask("RCPT TO:<kim@x>");
    EXPECT_EQ(ask("DATA"), "354 go ahead, end with a dot\n");
    say(std::string(kBody) + std::string(3U << 20, 'x') + "\r\n.\r");
    client_.reset();
    stop();
    EXPECT_TRUE(inbox("kim").empty());
    reopen();
    EXPECT_TRUE(inbox("kim").empty());
    expect_counters_hold();
}

}  // namespace
}  // namespace loam::lmtp
