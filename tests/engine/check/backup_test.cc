// Backups: copies of the log that can be gone on with, while the store is open; and stores and mail
// out of them.
#include "engine/check/backup.h"

#include <limits>
#include <sys/stat.h>

#include "engine/check/past_store.h"
#include "tests/engine/check/many_segments.h"

namespace loam::check {
namespace {

Task<Status> append_to(std::string* text, Bytes piece) {
    text->append(as_text(piece));
    co_return Status::good();
}

class BackupTest : public ManySegments {
  protected:
    Result<BackupReport> backup_now(const std::string& to) {
        return run(backup({.path = path(), .to = to}, *reactor_, disk_));
    }
    std::string copy() const { return dir_ / "backup"; }
    std::string restored() const { return dir_ / "restored"; }
    /// What a store made of the backup serves.
    std::map<std::string, std::string> restore_and_read() {
        std::filesystem::remove_all(restored());
        const auto report = run(restore(copy(), restored(), {}, disk_));
        EXPECT_TRUE(report) << report.error().what;
        std::filesystem::rename(path(), dir_ / "present");
        std::filesystem::rename(restored(), path());
        EXPECT_EQ(findings(true), "");
        auto all = everything();
        std::filesystem::remove_all(path());
        std::filesystem::rename(dir_ / "present", path());
        return all;
    }
};

TEST_F(BackupTest, IsTheStore) {
    const auto report = backup_now(copy());
    ASSERT_TRUE(report) << report.error().what;
    EXPECT_EQ(report->segments_copied, files(".seg").size() - 1);  // the next one is blank
    EXPECT_EQ(report->payloads_gone, 0U);
    EXPECT_GT(report->payloads_verified, 10U);
    EXPECT_FALSE(std::filesystem::exists(copy() + "/db"));
    EXPECT_EQ(restore_and_read(), everything_);
}

TEST_F(BackupTest, GoesOnWhereTheLastOneEnded) {
    ASSERT_TRUE(backup_now(copy()));
    open();
    account("kim");
    ASSERT_TRUE(append("INBOX", "Subject: after the first\r\n\r\n"));
    close();
    everything_ = everything();
    const auto report = backup_now(copy());
    ASSERT_TRUE(report) << report.error().what;
    EXPECT_GE(report->segments_kept, 3U);
    EXPECT_LE(report->segments_copied, 2U);
    EXPECT_EQ(restore_and_read(), everything_);
    const auto again = backup_now(copy());
    ASSERT_TRUE(again);
    EXPECT_EQ(again->end, report->end);
    EXPECT_EQ(again->segments_copied, 1U);
}

TEST_F(BackupTest, RunsBesideAStoreThatIsOpen) {
    open();
    for (int i = 0; i < 3; ++i) {
        account("kim");
        ASSERT_TRUE(append("INBOX", texts_[1]));
        const auto report = backup_now(copy());
        ASSERT_TRUE(report) << report.error().what;
    }
    std::map<std::string, std::string> now;
    read_into(now);
    close();
    EXPECT_EQ(restore_and_read(), now);
}

TEST_F(BackupTest, WhatIsErasedIsErasedThereToo) {
    ASSERT_TRUE(backup_now(copy()));
    // What the store zeroes in an old segment changes its time, and so it is copied again.
    const std::string segment = files(".seg").at(1);
    std::string octets = get(segment);
    const std::size_t at = octets.find_last_not_of('\0') / 2;
    octets.replace(at, 5000, 5000, '\0');
    put(segment, octets);
    const auto report = backup_now(copy());
    ASSERT_TRUE(report) << report.error().what;
    EXPECT_GE(report->payloads_gone, 1U);
    EXPECT_EQ(get(copy() + "/log/0/00000002.seg"), octets);
}

TEST_F(BackupTest, RefusesWhatItIsNotFor) {
    std::filesystem::create_directories(dir_ / "other");
    put(dir_ / "other/letter", "x");
    const auto into_other = backup_now(dir_ / "other");
    ASSERT_FALSE(into_other);
    EXPECT_EQ(into_other.error().code, Errc::invalid);
    const auto into_itself = backup_now(path());
    ASSERT_FALSE(into_itself);
    EXPECT_EQ(into_itself.error().code, Errc::invalid);
    const auto over_store = run(restore(path(), path(), {}, disk_));
    ASSERT_FALSE(over_store);
    EXPECT_EQ(over_store.error().code, Errc::exists);
    const auto of_nothing = run(restore(dir_ / "other", restored(), {}, disk_));
    ASSERT_FALSE(of_nothing);
    EXPECT_EQ(of_nothing.error().code, Errc::not_found);
}

TEST_F(BackupTest, DamageInTheLogIsToldAndTheOldBackupStays) {
    ASSERT_TRUE(backup_now(copy()));
    flip(files(".seg").at(1), 4096 + 100);
    const auto report = backup_now(copy());
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, Errc::corrupt);
    EXPECT_EQ(restore_and_read(), everything_);
}

TEST_F(BackupTest, ShowsTheStoreAsItWas) {
    open();
    account("kim");
    const auto before = std::chrono::system_clock::now();
    auto inbox = open_mailbox("INBOX");
    ASSERT_TRUE(
        run(inbox->store_flags(UidSet{{Uid{1}, Uid{3}}}, {FlagChange::How::add, kFlagDeleted, {}},
                               std::nullopt, nullptr)));
    ASSERT_TRUE(run(inbox->expunge(UidSet{{Uid{1}, Uid{3}}}, nullptr)));
    inbox.reset();
    close();
    const std::int64_t then =
        std::chrono::duration_cast<std::chrono::microseconds>(before.time_since_epoch()).count();
    for (const auto& [until, has_them] :
         {std::pair(then, true), std::pair(std::numeric_limits<std::int64_t>::max(), false)}) {
        const auto past = run(PastStore::open(disk_, path(), until));
        ASSERT_TRUE(past) << past.error().what;
        const AccountId kim = *(*past)->user("kim");
        const auto mailboxes = *(*past)->mailboxes(kim);
        for (const auto& [id, row] : mailboxes) {
            if (row.name != "INBOX") continue;
            const auto rows = *(*past)->messages(kim, id);
            EXPECT_EQ(rows.front().uid == Uid{1}, has_them);
            std::string text;
            const auto take = [&text](Bytes piece) { return append_to(&text, piece); };
            ASSERT_TRUE(run((*past)->read(kim, rows.front().cid, take)));
            EXPECT_EQ(text == texts_[0], has_them);
        }
    }
}

}  // namespace
}  // namespace loam::check
