// The operator's command line as it is built: what it says, what it writes, how it ends.
#include <random>

#include <nlohmann/json.hpp>

#include "tests/tools/loam/tool_runner.h"

namespace loam::tool {
namespace {

/// Messages as a Maildir may hold them: every one comes back octet for octet.
const std::vector<std::string> kHardMessages{
    "Subject: plain\n\nbody\n",
    "Subject: no end\n\nbody",
    "Subject: CRs\n\na\rb\r\r\nc\r\r\r\n",
    "Subject: CRLF\r\n\r\nbody\r\n",
    std::string("Subject: NUL\n\na\0b\n\0\n", 20),
    "Subject: 8 bit \xFF\xFE\n\n\xC3\x28\n",
    "Subject: From_ lines\n\nFrom x\n>From y\n\nFrom z\n" + std::string(70, '>') + "From w\n",
    "no header at all\n",
    "\n\nempty lines first\n\n\n",
    "Subject: only a header\n",
    "\r",
};

TEST_F(ToolTest, UsersComeAndGo) {
    add_user("kim");
    expect("user add kim", 2, "kim", "secret\n");
    expect("user add lee", 2, "the password is empty", "\n");
    expect("user add lee", 2, "no password on standard input");
    expect("user passwd lee", 2, "lee", "secret\n");
    expect("user passwd kim", 0, "", "other\n");
    const auto users = nlohmann::json::parse(loam("user list --json").said);
    ASSERT_EQ(users.size(), 1U);
    EXPECT_EQ(users[0]["name"], "kim");
    EXPECT_EQ(users[0]["messages"], 0);
    expect("user delete kim", 0, "");
    expect("user delete kim", 2, "kim");
    EXPECT_EQ(nlohmann::json::parse(loam("user list --json").said).size(), 0U);
}

TEST_F(ToolTest, LimitsAndAdministrators) {
    add_user("kim");
    expect("user quota kim", 0, "octets     0, no limit\nmessages   0, no limit\n");
    expect("user quota kim --storage 2M --mailboxes 0", 0,
           "octets     0 of 2097152\nmessages   0, no limit\nmailboxes  1 of 0\n");
    expect("user quota kim --messages 5 --mailboxes none", 0,
           "octets     0 of 2097152\nmessages   0 of 5\nmailboxes  1, no limit\n");
    for (const char* wrong : {"-1", "x", "5X", "1.5K", "9223372036854775808", "8388608T", "''"})
        expect("user quota kim --storage " + std::string(wrong), wrong[0] == '\'' ? 0 : 2, "");
    expect("user quota kim --messages 5K", 2, "a limit is a number");
    expect("user quota lee", 2, "no user lee");
    expect("user admin kim", 0, "");
    auto users = nlohmann::json::parse(loam("user list --json").said);
    EXPECT_EQ(users[0]["administrator"], true);
    EXPECT_EQ(users[0]["limit_octets"], 2 << 20);
    EXPECT_TRUE(users[0]["limit_mailboxes"].is_null());
    expect("user no-admin kim", 0, "");
    users = nlohmann::json::parse(loam("user list --json").said);
    EXPECT_EQ(users[0]["administrator"], false);
    expect("user admin lee", 2, "no user lee");
}

TEST_F(ToolTest, WhatCannotRunSaysWhy) {
    expect("stats", 2, "store");
    expect("user list", 2, "store");
    expect("fsck", 2, "store");
    add_user("kim");
    expect("import --user lee eml x", 2, "lee");
    expect("import --user kim tar x", 2, "KIND");
    expect("export --user kim maildir", 2, "DIR");
    expect("frobnicate", 2, "");
    expect("import --user kim eml " + (dir_ / "none"), 1, "none: cannot be read");
}

TEST_F(ToolTest, StatsAndDumpTellOfTheStore) {
    add_user("kim");
    put("m/cur/1:2,S", "Subject: x\n\ny\n");
    expect("import --user kim maildir " + (dir_ / "m"), 0, "imported 1 messages (17 octets)");
    const auto stats = nlohmann::json::parse(loam("stats --json").said);
    EXPECT_FALSE(stats.empty());
    for (const auto& [name, value] : stats.items())
        EXPECT_TRUE(value.is_number_unsigned()) << name;
    std::istringstream lines(loam("dump log").said);
    std::size_t groups = 0;
    for (std::string line; std::getline(lines, line); ++groups)
        EXPECT_TRUE(nlohmann::json::accept(line)) << line;
    EXPECT_GE(groups, 3U);
    expect("dump log 99", 2, "00000063.seg: No such file");
    const std::string keys = loam("dump keys").said;
    EXPECT_NE(keys.find("kim"), std::string::npos) << keys;
    EXPECT_EQ(loam("dump keys \"no such key\"").said, "");
}

TEST_F(ToolTest, MaildirComesBackOctetForOctet) {
    add_user("kim");
    add_user("lee");
    for (std::size_t i = 0; i < kHardMessages.size(); ++i)
        put("m/cur/" + std::to_string(100 + i), kHardMessages[i]);
    expect("import --user kim maildir " + (dir_ / "m"), 0, "imported 11 messages");
    expect("export --user kim maildir " + (dir_ / "m1"), 0, "exported 11 messages");
    expect("import --user lee maildir " + (dir_ / "m1"), 0, "imported 11 messages");
    for (const char* user : {"kim", "lee"})
        expect("export --keep-line-ends --user " + std::string(user) + " maildir " + (dir_ / user),
               0, "exported 11 messages");
    const auto stored = messages("kim");
    EXPECT_EQ(messages("lee"), stored);
    const auto exported = messages("m1");
    ASSERT_EQ(exported.size(), kHardMessages.size());
    for (std::size_t i = 0; i < exported.size(); ++i) {
        if (kHardMessages[i].starts_with("Subject: CRLF")) continue;  // exported with LF
        EXPECT_EQ(exported[i], kHardMessages[i]);
    }
    EXPECT_EQ(stored[3], kHardMessages[3]);
}

TEST_F(ToolTest, MboxComesBackOctetForOctet) {
    for (const char* user : {"kim", "lee", "mia", "ned"})
        add_user(user);
    for (std::size_t i = 0; i < kHardMessages.size(); ++i) {
        const std::string& text = kHardMessages[i];
        put("m/cur/" + std::to_string(100 + i), text.ends_with('\n') ? text : text + "\n");
    }
    expect("import --user kim maildir " + (dir_ / "m"), 0, "imported 11 messages");
    expect("export --user kim mbox " + (dir_ / "b"), 0, "exported 11 messages");
    expect("import --user lee mbox " + (dir_ / "b/INBOX.mbox"), 0, "imported 11 messages");
    expect("export --user kim --keep-line-ends mbox " + (dir_ / "c"), 0, "exported 11 messages");
    expect("import --user mia --keep-line-ends mbox " + (dir_ / "c/INBOX.mbox"), 0, "imported 11");
    expect("import --user ned mbox " + (dir_ / "c/INBOX.mbox"), 0, "imported 11");
    for (const char* user : {"kim", "lee", "mia", "ned"})
        expect("export --keep-line-ends --user " + std::string(user) + " maildir " + (dir_ / user),
               0, "exported 11");
    const auto stored = messages("kim");
    EXPECT_EQ(messages("lee"), stored);
    EXPECT_EQ(messages("mia"), stored);
    EXPECT_EQ(messages("ned"), stored);
}

TEST_F(ToolTest, BareLfNeedsItsFlag) {
    add_user("kim");
    add_user("lee");
    const std::string text = "Subject: x\r\n\r\na\nb\r\n\n";
    put("m/cur/1", text);
    expect("import --keep-line-ends --user kim maildir " + (dir_ / "m"), 0, "imported 1");
    expect("export --user kim maildir " + (dir_ / "m1"), 0, "1 messages hold an LF without a CR");
    expect("export --keep-line-ends --user kim maildir " + (dir_ / "m2"), 0, "exported 1");
    expect("import --keep-line-ends --user lee maildir " + (dir_ / "m2"), 0, "imported 1");
    expect("export --keep-line-ends --user lee maildir " + (dir_ / "m3"), 0, "exported 1");
    EXPECT_EQ(messages("m3"), std::vector<std::string>{text});
}

TEST_F(ToolTest, MaildirFlagsComeBack) {
    add_user("kim");
    put("m/cur/1:2,DFPRSTab", "Subject: x\n\n");
    put("m/cur/2:2,b", "Subject: y\n\n");
    put("m/dovecot-keywords", "0 zero\n1 one\n2 unused\n");
    expect("import --user kim maildir " + (dir_ / "m"), 0, "imported 2");
    expect("export --user kim maildir " + (dir_ / "out"), 0, "exported 2 messages\n");
    auto out = files("out");
    EXPECT_EQ(out["dovecot-keywords"], "0 $Forwarded\n1 zero\n2 one\n");
    std::vector<std::string> flags;
    for (const auto& [name, octets] : files("out/cur"))
        flags.push_back(name.substr(name.find(":2,")));
    std::ranges::sort(flags);
    EXPECT_EQ(flags, (std::vector<std::string>{":2,DFPRSTabc", ":2,c"}));
}

TEST_F(ToolTest, KeywordsThatCannotBeKeptAreToldAndTheMessageIsIn) {
    add_user("kim");
    std::string mbox = "From a Thu Jan  1 00:00:00 1970\nX-Keywords: ok (bad) \x01%\n\nx\n\n";
    mbox += "From a Thu Jan  1 00:00:00 1970\nX-Keywords:";
    for (int i = 0; i < 70; ++i)
        mbox += " k" + std::to_string(i);
    mbox += "\n\nx\n\n";
    const std::string path = put("mbox", mbox);
    const Outcome outcome = loam("import --user kim mbox " + path);
    EXPECT_EQ(outcome.status, 1);
    EXPECT_NE(outcome.said.find("keywords left out: (bad) ?%\n"), std::string::npos)
        << outcome.said;
    EXPECT_NE(outcome.said.find("keywords left out: k63 k64 k65 k66 k67 k68 k69\n"),
              std::string::npos)
        << outcome.said;
    EXPECT_NE(outcome.said.find("skipped 0, 2 without some of their keywords"), std::string::npos)
        << outcome.said;
    expect("export --user kim maildir " + (dir_ / "out"), 1, "1 without some of their keywords");
    expect("fsck", 0, "all is well");
}

TEST_F(ToolTest, DatesOfAnMbox) {
    add_user("kim");
    const std::string path =
        put("mbox",
            "From a Thu Jan  1 00:01:40 1970\nDate: Thu, 1 Jan 1970 00:00:00 +0000\n\nx\n\n"
            "From a\nDate: Thu, 1 Jan 1970 02:03:20 +0200\n\nx\n\n");
    expect("import --user kim mbox " + path, 0, "imported 2");
    expect("export --user kim maildir " + (dir_ / "out"), 0, "exported 2");
    std::vector<std::string> names;
    for (const auto& [name, octets] : files("out/cur"))
        names.push_back(name.substr(0, name.find('V')));
    EXPECT_EQ(names, (std::vector<std::string>{"100.U0000000001", "200.U0000000002"}));
}

TEST_F(ToolTest, ImportGoesOnAndKnowsWhatIsIn) {
    add_user("kim");
    for (int i = 0; i < 200; ++i)
        put("m/cur/" + std::to_string(i), "Subject: " + std::to_string(i) + "\n\n");
    expect("import --user kim maildir " + (dir_ / "m"), 0, "imported 200 messages");
    put("m/cur/more", "Subject: more\n\n");
    expect("import --user kim maildir " + (dir_ / "m"), 0,
           "imported 1 messages (17 octets), already there 200, skipped 0");
    expect("import --restart --user kim maildir " + (dir_ / "m"), 0, "imported 201 messages");
}

class DamagedStoreTest : public ToolTest {
  protected:
    void SetUp() override {
        add_user("kim");
        std::mt19937 random(3);  // NOLINT: the same store each time
        std::string noise = "Subject: large\n\n";
        for (int i = 0; i < 200'000; ++i)
            noise += i % 70 == 69 ? '\n' : static_cast<char>('0' + random() % 75);
        put("m/cur/1:2,S", "Subject: first\n\nx\n");
        put("m/cur/2:2,S", noise);
        put("m/cur/3:2,S", "Subject: third\n\nx\n");
        expect("import --user kim maildir " + (dir_ / "m"), 0, "imported 3");
        damage();
    }
    /// Flips a bit in the middle of what the log holds, which is the large message.
    void damage() const {
        for (const auto& entry : std::filesystem::directory_iterator(store() + "/log/0")) {
            std::string octets = get(entry.path());
            const std::size_t end = octets.find_last_not_of('\0');
            if (end == std::string::npos || end < 100'000) continue;
            octets[end / 2] ^= 1;
            std::ofstream(entry.path(), std::ios::binary) << octets;
            return;
        }
        FAIL() << "no segment holds the message";
    }
};

TEST_F(DamagedStoreTest, ExportGoesOnBehindAMessageThatCannotBeRead) {
    for (const char* kind : {"maildir", "mbox"}) {
        const Outcome outcome =
            loam("export --user kim " + std::string(kind) + " " + (dir_ / kind));
        EXPECT_EQ(outcome.status, 1) << outcome.said;
        EXPECT_NE(outcome.said.find("skipped INBOX, uid 2: "), std::string::npos) << outcome.said;
        EXPECT_NE(outcome.said.find("exported 2 messages, skipped 1"), std::string::npos)
            << outcome.said;
    }
    EXPECT_EQ(messages("maildir"),
              (std::vector<std::string>{"Subject: first\n\nx\n", "Subject: third\n\nx\n"}));
    EXPECT_TRUE(files("maildir/tmp").empty());
    const std::string mbox = files("mbox")["INBOX.mbox"];
    EXPECT_EQ(mbox.find("large"), std::string::npos);
    EXPECT_TRUE(mbox.ends_with("\n\nx\n\n"));
    EXPECT_EQ(std::ranges::count(mbox, '\n'), 10);
}

}  // namespace
}  // namespace loam::tool
