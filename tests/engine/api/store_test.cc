// The engine through its public API: every change, seen at once and seen after a restart.
#include <gtest/gtest.h>

#include "tests/engine/api/store_fixture.h"

namespace loam {
namespace {

constexpr std::string_view kMail =
    "From: Ada <ada@example.org>\r\nSubject: =?utf-8?q?gr=C3=BCn?= und blau\r\n"
    "Date: Sat, 1 Feb 2020 10:00:00 +0100\r\n\r\nHello, Loam.\r\n";

class StoreTest : public StoreFixture {
  protected:
    void SetUp() override {
        open();
        add_user("kim");
        account("kim");
    }
};

TEST_F(StoreTest, UsersAreUniqueAndOutliveARestart) {
    EXPECT_EQ(run(store_->add_user(*reactor_, {"kim", "x"})).error().code, Errc::exists);
    EXPECT_EQ(run(store_->add_user(*reactor_, {"bad name", "x"})).error().code, Errc::invalid);
    add_user("lee");
    ASSERT_TRUE(run(store_->set_secret(*reactor_, "lee", "new")));
    reopen();
    EXPECT_EQ(run(store_->find_user(*reactor_, "lee"))->credentials.secret, "new");
    EXPECT_EQ(run(store_->list_users(*reactor_))->size(), 2U);
    ASSERT_TRUE(run(store_->delete_user(*reactor_, "lee")));
    EXPECT_EQ(run(store_->find_user(*reactor_, "lee")).error().code, Errc::not_found);
    reopen();
    EXPECT_EQ(run(store_->list_users(*reactor_))->size(), 1U);
}

TEST_F(StoreTest, ASecondProcessIsRefused) {
    StoreOptions options;
    options.path = dir_.path() + "/store";
    const auto second = run(Store::open(options, {{reactor_.get(), &disk_}}));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, Errc::busy);
}

TEST_F(StoreTest, AppendGivesUidsAndTheSameOctetsBack) {
    const auto first = append("INBOX", kMail, kFlagSeen, {"$Forwarded"});
    ASSERT_TRUE(first) << first.error().what;
    EXPECT_EQ(first->uids, std::vector<Uid>{Uid{1}});
    ASSERT_TRUE(append("INBOX", "Subject: two\r\n\r\n"));
    reopen();
    account("kim");
    const auto inbox = open_mailbox("INBOX");
    ASSERT_EQ(inbox->messages().size(), 2U);
    const MessageRow& row = inbox->messages()[0];
    EXPECT_EQ(row.size, kMail.size());
    EXPECT_EQ(row.flags, kFlagSeen);
    EXPECT_EQ(row.keywords, 1U);
    EXPECT_EQ(row.internal_zone_min, 90);
    EXPECT_EQ(inbox->row().keywords, std::vector<std::string>{"$Forwarded"});
    EXPECT_EQ(read_message(row.cid), kMail);
    EXPECT_EQ(read(account_->read_raw(row.cid, 6, 3)), "Ada");
    const auto infos = run(account_->message_infos({row.cid}));
    ASSERT_TRUE(infos) << infos.error().what;
    EXPECT_NE(infos->front()->envelope().find("\"ada\" \"example.org\""), std::string_view::npos);
    EXPECT_EQ(read(account_->read_decoded(row.cid, 0, 0, 5)), "Hello");
    expect_counters_hold();
}

TEST_F(StoreTest, FlagsComposeAndRefuseByModseq) {
    ASSERT_TRUE(append("INBOX", kMail));
    ASSERT_TRUE(append("INBOX", kMail));
    const auto inbox = open_mailbox("INBOX");
    const Modseq before = inbox->row().highest_modseq;
    FlagChange seen{FlagChange::How::add, kFlagSeen, {"work"}};
    const auto first = run(inbox->store_flags({{Uid{1}, Uid{9}}}, seen, std::nullopt, nullptr));
    ASSERT_TRUE(first) << first.error().what;
    EXPECT_EQ(first->changed.count(), 2U);
    EXPECT_GT(first->modseq, before);
    const auto again = run(inbox->store_flags({{Uid{1}, Uid{2}}}, seen, std::nullopt, nullptr));
    EXPECT_TRUE(again->changed.empty());
    FlagChange flagged{FlagChange::How::replace, kFlagFlagged, {}};
    const auto refused = run(inbox->store_flags({{Uid{1}, Uid{1}}}, flagged, before, nullptr));
    EXPECT_EQ(refused->refused.count(), 1U);
    EXPECT_EQ(inbox->find(Uid{1})->flags, kFlagSeen);
    expect_counters_hold();
    reopen();
    account("kim");
    EXPECT_EQ(open_mailbox("INBOX")->find(Uid{2})->flags, kFlagSeen);
    expect_counters_hold();
}

TEST_F(StoreTest, CopySharesContentUntilTheLastRowGoes) {
    ASSERT_TRUE(append("INBOX", kMail));
    ASSERT_TRUE(run(account_->create_mailbox("Archive", "\\Archive")));
    const auto inbox = open_mailbox("INBOX");
    const auto copied = run(account_->copy(*inbox, {{Uid{1}, Uid{1}}}, mailbox("Archive")));
    ASSERT_TRUE(copied) << copied.error().what;
    EXPECT_EQ(copied->target, std::vector<Uid>{Uid{1}});
    EXPECT_EQ(account_->cell().used_octets, 2 * kMail.size());
    const FlagChange deleted{FlagChange::How::add, kFlagDeleted, {}};
    ASSERT_TRUE(run(inbox->store_flags({{Uid{1}, Uid{1}}}, deleted, std::nullopt, nullptr)));
    const auto gone = run(inbox->expunge({{Uid{1}, Uid{9}}}, nullptr));
    ASSERT_TRUE(gone) << gone.error().what;
    EXPECT_EQ(gone->count(), 1U);
    reopen();
    account("kim");
    EXPECT_TRUE(open_mailbox("INBOX")->messages().empty());
    const auto archive = open_mailbox("Archive");
    EXPECT_EQ(read_message(archive->messages()[0].cid), kMail);
    expect_counters_hold();
}

TEST_F(StoreTest, MoveIsOneStepAndKeepsFlags) {
    for (int i = 0; i < 5; ++i)
        ASSERT_TRUE(append("INBOX", kMail, kFlagAnswered, {"a", "b"}));
    ASSERT_TRUE(run(account_->create_mailbox("Trash", "")));
    const auto inbox = open_mailbox("INBOX");
    const auto moved = run(account_->move(*inbox, {{Uid{2}, Uid{4}}}, mailbox("Trash"), nullptr));
    ASSERT_TRUE(moved) << moved.error().what;
    EXPECT_EQ(moved->source.size(), 3U);
    EXPECT_EQ(inbox->messages().size(), 2U);
    const auto trash = open_mailbox("Trash");
    EXPECT_EQ(trash->messages()[0].flags, kFlagAnswered);
    EXPECT_EQ(trash->messages()[0].keywords, 3U);
    const auto vanished = run(inbox->vanished_since(Modseq{0}));
    ASSERT_TRUE(vanished);
    EXPECT_EQ(*vanished, (UidSet{{Uid{2}, Uid{4}}}));
    expect_counters_hold();
    reopen();
    account("kim");
    EXPECT_EQ(open_mailbox("Trash")->messages().size(), 3U);
    expect_counters_hold();
}

TEST_F(StoreTest, NamesRiseInUidvalidity) {
    ASSERT_TRUE(run(account_->create_mailbox("a/b", "")));
    const std::uint32_t first = account_->mailbox_row(mailbox("a/b"))->uidvalidity;
    EXPECT_EQ(run(account_->create_mailbox("a/b", "")).error().code, Errc::exists);
    ASSERT_TRUE(run(account_->delete_mailbox("a/b")));
    ASSERT_TRUE(run(account_->create_mailbox("a/b", "")));
    EXPECT_GT(account_->mailbox_row(mailbox("a/b"))->uidvalidity, first);
    EXPECT_EQ(run(account_->delete_mailbox("INBOX")).error().code, Errc::invalid);
    EXPECT_EQ(run(account_->delete_mailbox("none")).error().code, Errc::not_found);
}

TEST_F(StoreTest, RenameTakesChildrenAndInboxKeepsItsName) {
    ASSERT_TRUE(run(account_->create_mailbox("x", "")));
    ASSERT_TRUE(run(account_->create_mailbox("x/y", "")));
    ASSERT_TRUE(run(account_->create_mailbox("x-other", "")));
    ASSERT_TRUE(run(account_->set_subscribed("x/y", true)));
    ASSERT_TRUE(append("x/y", kMail));
    EXPECT_EQ(run(account_->rename_mailbox("x", "x/z")).error().code, Errc::invalid);
    ASSERT_TRUE(run(account_->rename_mailbox("x", "new/x")));
    EXPECT_TRUE(account_->find_mailbox("new/x/y"));
    EXPECT_TRUE(account_->find_mailbox("x-other"));
    EXPECT_FALSE(account_->find_mailbox("x/y"));
    ASSERT_TRUE(append("INBOX", kMail));
    ASSERT_TRUE(run(account_->rename_mailbox("INBOX", "old")));
    EXPECT_TRUE(open_mailbox("INBOX")->messages().empty());
    EXPECT_EQ(open_mailbox("old")->messages().size(), 1U);
    reopen();
    account("kim");
    EXPECT_EQ(open_mailbox("new/x/y")->messages().size(), 1U);
    expect_counters_hold();
}

TEST_F(StoreTest, QuotaIsExactAndMoveIsFree) {
    ASSERT_TRUE(run(account_->set_limits({.octets = 2 * kMail.size()})));
    ASSERT_TRUE(append("INBOX", kMail));
    ASSERT_TRUE(append("INBOX", kMail));
    EXPECT_EQ(append("INBOX", "x").error().code, Errc::over_quota);
    ASSERT_TRUE(run(account_->create_mailbox("Trash", "")));
    const auto inbox = open_mailbox("INBOX");
    EXPECT_EQ(run(account_->copy(*inbox, {{Uid{1}, Uid{1}}}, mailbox("Trash"))).error().code,
              Errc::over_quota);
    EXPECT_TRUE(run(account_->move(*inbox, {{Uid{1}, Uid{1}}}, mailbox("Trash"), nullptr)));
    expect_counters_hold();
}

TEST_F(StoreTest, LargeMessagesGoOutInChunksAndAbortsLeaveNothing) {
    std::string large = "Subject: large\r\n\r\n";
    std::uint64_t state = 1;
    while (large.size() < (5U << 20)) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        large += std::to_string(state) + "\r\n";
    }
    {
        const auto upload = account_->begin_upload(large.size());
        ASSERT_TRUE(run((*upload)->write(as_bytes(large))));
    }
    ASSERT_TRUE(append("INBOX", large));
    reopen();
    account("kim");
    const auto inbox = open_mailbox("INBOX");
    ASSERT_EQ(inbox->messages().size(), 1U);
    EXPECT_TRUE(read_message(inbox->messages()[0].cid) == large);
    EXPECT_EQ(read(account_->read_raw(inbox->messages()[0].cid, 4'000'000, 100)),
              large.substr(4'000'000, 100));
    expect_counters_hold();
}

TEST_F(StoreTest, WatchesHearOfEachChangeOnce) {
    io::Event wake;
    const auto inbox = open_mailbox("INBOX");
    Watch watch(inbox, wake);
    Watch other(inbox, wake);
    ASSERT_TRUE(append("INBOX", kMail));
    ASSERT_TRUE(append("INBOX", kMail));
    const FlagChange deleted{FlagChange::How::add, kFlagDeleted, {}};
    ASSERT_TRUE(run(inbox->store_flags({{Uid{1}, Uid{2}}}, deleted, std::nullopt, &watch)));
    ASSERT_TRUE(run(inbox->expunge({{Uid{1}, Uid{1}}}, &other)));
    const std::vector<Change> changes = watch.take();
    ASSERT_EQ(changes.size(), 3U);
    EXPECT_EQ(changes[0].kind, Change::Kind::arrived);
    EXPECT_EQ(changes[1].kind, Change::Kind::flags);
    EXPECT_EQ(changes[1].origin, &watch);
    EXPECT_EQ(changes[2].kind, Change::Kind::expunged);
    EXPECT_TRUE(watch.take().empty());
    EXPECT_EQ(other.take().size(), 3U);
}

TEST_F(StoreTest, AWatchThatNeverAsksJoinsItsChanges) {
    io::Event wake;
    const auto inbox = open_mailbox("INBOX");
    Watch watch(inbox, wake);
    Watch other(inbox, wake);
    for (int i = 0; i < 4; ++i)
        ASSERT_TRUE(append("INBOX", kMail));
    const Modseq first = inbox->row().highest_modseq;
    for (int i = 0; i < 50; ++i) {
        const auto how = i % 2 == 0 ? FlagChange::How::add : FlagChange::How::remove;
        const FlagChange flagged{how, kFlagFlagged, {}};
        const Watch* origin = i % 3 == 0 ? &watch : (i % 3 == 1 ? &other : nullptr);
        const Uid uid{static_cast<std::uint32_t>(1 + i / 2 % 3)};
        ASSERT_TRUE(run(inbox->store_flags({{uid, uid}}, flagged, std::nullopt, origin)));
    }
    const Modseq before = inbox->row().highest_modseq;
    const FlagChange deleted{FlagChange::How::add, kFlagDeleted, {}};
    ASSERT_TRUE(run(inbox->store_flags({{Uid{4}, Uid{4}}}, deleted, std::nullopt, &other)));
    ASSERT_TRUE(run(inbox->expunge({{Uid{4}, Uid{4}}}, &other)));
    const std::vector<Change> changes = watch.take();
    ASSERT_EQ(changes.size(), 4U) << "arrived, own flags, others' flags, expunged";
    for (const Change& change : changes) {
        EXPECT_LE(change.oldest_modseq, change.modseq);
        if (change.kind != Change::Kind::flags) continue;
        EXPECT_GT(change.oldest_modseq, first);
        EXPECT_FALSE(change.uids.contains(Uid{4})) << "flags of what is gone are no news";
        EXPECT_GE(change.modseq.value + 3, before.value);
    }
    EXPECT_EQ(changes.back().kind, Change::Kind::expunged);
    EXPECT_EQ(changes.back().uids, (UidSet{{Uid{4}, Uid{4}}}));
}

}  // namespace
}  // namespace loam
