// fsck on stores that are well, and on an index whose numbers are not.
#include "engine/check/fsck.h"

#include "engine/index/index.h"
#include "tests/engine/check/checked_store.h"

namespace loam::check {
namespace {

using Fsck = CheckedStore;

TEST_F(Fsck, AStoreThatIsWellIsCounted) {
    const auto report = check(true);
    ASSERT_TRUE(report) << report.error().what;
    EXPECT_EQ(report->findings_count, 0U) << findings(true);
    EXPECT_EQ(report->accounts, 2U);
    EXPECT_EQ(report->mailboxes, 2U);
    EXPECT_EQ(report->messages, 3U);
    EXPECT_EQ(report->contents, 3U);
    EXPECT_GE(report->groups, 5U);
    EXPECT_EQ(report->replayed_groups, 0U);
    EXPECT_EQ(report->torn_bytes, 0U);
    EXPECT_GT(report->payload_bytes_checked, 100'000U);
}

TEST_F(Fsck, ItChangesNothing) {
    std::map<std::string, std::string> before;
    for (const std::string& file : files(""))
        before[file] = get(file);
    EXPECT_EQ(findings(true), "");
    before.erase(path() + "/LOCK");  // says who holds it
    for (const auto& [file, octets] : before)
        EXPECT_EQ(get(file), octets) << file;
    EXPECT_EQ(files("").size(), before.size() + 1);
}

TEST_F(Fsck, AStoreInUseIsRefused) {
    open();
    EXPECT_TRUE(findings().starts_with("error: busy: ")) << findings();
    close();
    EXPECT_EQ(findings(), "");
}

TEST_F(Fsck, WhatIsNoStoreIsRefused) {
    std::filesystem::remove_all(path());
    EXPECT_TRUE(findings().starts_with("error: not_found: ")) << findings();
    std::filesystem::create_directory(path());
    EXPECT_TRUE(findings().starts_with("error: not_found: ")) << findings();
}

TEST_F(Fsck, ACrashedStoreIsReadToTheEndOfItsLog) {
    open();
    account("kim");
    ASSERT_TRUE(append("INBOX", "Subject: late\r\n\r\n"));
    const std::string copy = dir_ / "copy";
    std::filesystem::copy(path(), copy, std::filesystem::copy_options::recursive);
    close();
    std::filesystem::remove_all(path());
    std::filesystem::rename(copy, path());
    const auto report = check(true);
    ASSERT_TRUE(report) << report.error().what;
    EXPECT_EQ(report->findings_count, 0U) << findings();
    EXPECT_EQ(report->messages, 4U);
    EXPECT_GE(report->replayed_groups, 1U);
}

/// Puts records into the index that no log holds.
class FsckNumbers : public CheckedStore {
  protected:
    void falsify(AccountId account, const Record& record) {
        IndexOptions options;
        options.cache_bytes = 8U << 20;
        const auto index = *Index::open(path() + "/db", std::move(options));
        const Applied applied = *index->view(ReadTier::may_block).applied();
        GroupToApply group{.group = Lsn{applied.end.value - 1},
                           .end = applied.end,
                           .chain = applied.chain,
                           .records = {}};
        group.records.push_back(
            {.account = account, .cid = {}, .record = &record, .payload = {}, .sidecar = {}});
        const Status done = index->apply(group);
        ASSERT_TRUE(done) << done.error().what;
        ASSERT_TRUE(index->flush());
    }
    AccountImage image(AccountId account) {
        IndexOptions options;
        options.read_only = true;
        const auto index = *Index::open(path() + "/db", std::move(options));
        return *index->view(ReadTier::may_block).load_account(account);
    }
    void expect_found(std::string_view what) {
        const std::string found = findings();
        EXPECT_NE(found.find(what), std::string::npos) << what << "\nnot in\n" << found;
    }
};

TEST_F(FsckNumbers, WrongQuotaIsNamed) {
    AccountCell cell = image(AccountId{1}).cell;
    const std::string octets = std::to_string(cell.used_octets);
    cell.used_octets += 5;
    cell.messages = 9;
    cell.mailboxes = 0;
    falsify(AccountId{1}, QuotaRecord{cell});
    expect_found("account 1: quota used is " + std::to_string(cell.used_octets) +
                 ", its messages give " + octets + "\n");
    expect_found("account 1: the message count is 9, its messages give 3\n");
    expect_found("account 1: the mailbox count is 0, its messages give 1\n");
    expect_found("; the log gives ");
}

TEST_F(FsckNumbers, WrongCountersAndBoundsAreNamed) {
    const AccountImage before = image(AccountId{1});
    const auto& [mailbox, good] = *before.mailboxes.begin();
    FlagsRecord record;
    record.mailbox = mailbox;
    record.modseq = good.highest_modseq;
    record.runs = {{UidSet{{Uid{2}, Uid{2}}}, kFlagDeleted, 1U << 5}};
    record.mailbox_row = good;
    record.mailbox_row.exists = 7;
    record.mailbox_row.octets = 1;
    record.mailbox_row.uidnext = Uid{3};
    record.cell = before.cell;
    falsify(AccountId{1}, record);
    const std::string where = "account 1 mailbox INBOX";
    expect_found(where + ": EXISTS is 7, its messages give 3\n");
    expect_found(where + ": UNSEEN is 0, its messages give 1\n");
    expect_found(where + ": the first unseen uid is 0, its messages give 2\n");
    expect_found(where + ": DELETED is 0, its messages give 1\n");
    expect_found(where + ": SIZE is 1, its messages give ");
    expect_found(where + ": DELETED-STORAGE is 0, its messages give ");
    expect_found(where + " uid 3: not below UIDNEXT\n");
    expect_found(where + " uid 2: a keyword that the mailbox does not know\n");
}

TEST_F(FsckNumbers, AUserWithoutAnAccountIsNamed) {
    AccountRecord record;
    record.user = "mia";
    record.account = AccountId{77};
    record.cell = image(kStoreAccount).cell;
    falsify(kStoreAccount, record);
    expect_found("user mia: account is not there\n");
}

}  // namespace
}  // namespace loam::check
