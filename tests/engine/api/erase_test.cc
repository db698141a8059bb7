// What nobody has any more leaves the disk: the raw files of a real store are searched for it.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <system_error>

#include <gtest/gtest.h>

#include "engine/keep/lock_file.h"
#include "tests/engine/api/store_fixture.h"

namespace loam {
namespace {

/// Octets that no compression changes and that stand nowhere else.
std::string noise(std::uint64_t seed, std::size_t size) {
    std::mt19937_64 random(seed);
    std::string text;
    while (text.size() < size) {
        const char octet = static_cast<char>(random() % 256);
        if (octet != '\r' && octet != '\n' && octet != '\0') text.push_back(octet);
    }
    return text;
}

class EraseTest : public StoreFixture {
  protected:
    void SetUp() override {
        erase_after_ = std::chrono::seconds(0);
        inline_bytes_max_ = 64U << 10;
        segment_bytes_ = 2U << 20;
        open();
        add_user("kim");
        account("kim");
    }
    /// Names of files below the store that hold `octets`.
    std::vector<std::string> files_with(std::string_view octets) const {
        std::vector<std::string> found;
        const std::filesystem::path root = dir_.path() + "/store";
        for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
            // RocksDB deletes files meanwhile: of those nothing is left to be found.
            std::error_code vanished;
            if (!entry.is_regular_file(vanished)) continue;
            const std::uintmax_t size = entry.file_size(vanished);
            if (vanished) {
                EXPECT_EQ(vanished, std::errc::no_such_file_or_directory) << entry.path();
                continue;
            }
            std::string text(size, '\0');
            std::ifstream(entry.path(), std::ios::binary)
                .read(text.data(), static_cast<std::streamsize>(text.size()));
            if (text.contains(octets)) found.push_back(entry.path().filename());
        }
        return found;
    }
    std::vector<std::string> segments() const {
        std::vector<std::string> found;
        for (const auto& entry : std::filesystem::directory_iterator(dir_.path() + "/store/log/0"))
            found.push_back(entry.path().filename());
        return found;
    }
    void expunge(const std::string& name, std::uint32_t uid) {
        const auto opened = open_mailbox(name);
        const UidSet uids{{Uid{uid}, Uid{uid}}};
        const FlagChange deleted{FlagChange::How::add, kFlagDeleted, {}};
        ASSERT_TRUE(run(opened->store_flags(uids, deleted, std::nullopt, nullptr)));
        const auto gone = run(opened->expunge(uids, nullptr));
        ASSERT_TRUE(gone && gone->count() == 1);
    }
    void erase() {
        const Status erased = run(store_->erase_due(*reactor_));
        ASSERT_TRUE(erased) << erased.error().what;
    }
    std::uint64_t stat(const std::string& name) {
        const auto stats = run(store_->stats(*reactor_));
        EXPECT_TRUE(stats);
        for (const Store::Stat& stat : *stats) {
            if (stat.name == name) return stat.value;
        }
        ADD_FAILURE() << "no " << name;
        return 0;
    }
    std::string mail_with(const std::string& subject, const std::string& body) {
        return "Subject: " + subject + "\r\n\r\n" + body + "\r\n";
    }
};

TEST_F(EraseTest, AnExpungedMessageIsInNoFileOfTheStore) {
    const std::string subject = "canary-4GvXq2LwZr8Tb1Yk";
    const std::string body = noise(1, 20'000);
    const std::string start = body.substr(0, 64);
    const std::string end = body.substr(body.size() - 64);
    ASSERT_TRUE(append("INBOX", mail_with(subject, body)));
    ASSERT_TRUE(append("INBOX", mail_with("stays", noise(2, 3000))));
    reopen();  // the index writes its files
    account("kim");
    EXPECT_FALSE(files_with(start).empty()) << "the test finds nothing, and proves nothing";
    EXPECT_FALSE(files_with(subject).empty());
    expunge("INBOX", 1);
    erase();
    EXPECT_EQ(stat("erased_contents"), 1U);
    EXPECT_GE(stat("erased_octets"), body.size());
    EXPECT_EQ(stat("erase_waiting_contents"), 0U);
    EXPECT_EQ(stat("erase_waiting_places"), 0U);
    EXPECT_EQ(files_with(start), std::vector<std::string>{});
    EXPECT_EQ(files_with(end), std::vector<std::string>{});
    close();  // RocksDB deletes the files that it has replaced a little later, at the close at last
    EXPECT_EQ(files_with(subject), std::vector<std::string>{});
    open();
    account("kim");
    const auto inbox = open_mailbox("INBOX");
    ASSERT_EQ(inbox->messages().size(), 1U);
    EXPECT_EQ(read_message(inbox->messages()[0].cid), mail_with("stays", noise(2, 3000)));
}

TEST_F(EraseTest, TheSearchIndexForgetsIt) {
    const std::string subject = "canary-7HsWq3MzRt9Vc2Xn";
    ASSERT_TRUE(append("INBOX", mail_with(subject, "some text")));
    ASSERT_TRUE(append("INBOX", mail_with("stays", "other text")));
    ASSERT_TRUE(run(account_->build_search_index()));
    EXPECT_EQ(stat("search_messages"), 2U);
    expunge("INBOX", 1);
    erase();
    EXPECT_EQ(stat("search_messages"), 1U);
    EXPECT_EQ(stat("search_waiting"), 0U);
    account_ = AccountHandle();
    close();
    EXPECT_EQ(files_with(subject), std::vector<std::string>{});
}

TEST_F(EraseTest, ACopyKeepsTheOctetsUntilItGoesToo) {
    const std::string mail = mail_with("shared", noise(3, 5000));
    const std::string part = noise(3, 64);
    ASSERT_TRUE(append("INBOX", mail));
    ASSERT_TRUE(run(account_->create_mailbox("Archive", "")));
    const auto copied =
        run(account_->copy(*open_mailbox("INBOX"), {{Uid{1}, Uid{1}}}, mailbox("Archive")));
    ASSERT_TRUE(copied);
    expunge("INBOX", 1);
    erase();
    EXPECT_EQ(read_message(open_mailbox("Archive")->messages()[0].cid), mail);
    ASSERT_TRUE(run(account_->delete_mailbox("Archive")));
    erase();
    EXPECT_EQ(files_with(part), std::vector<std::string>{});
}

TEST_F(EraseTest, WhatIsBeingReadWaitsAndThenIsGone) {
    const std::string mail = mail_with("read", noise(4, 400'000));
    ASSERT_TRUE(append("INBOX", mail));
    const Cid cid = open_mailbox("INBOX")->messages()[0].cid;
    auto reader = run(account_->read_raw(cid, 0, UINT64_MAX));
    ASSERT_TRUE(reader);
    std::string text(as_text(*run((*reader)->next())));
    expunge("INBOX", 1);
    erase();
    EXPECT_EQ(stat("erase_waiting_contents"), 1U);
    for (;;) {
        const auto piece = run((*reader)->next());
        ASSERT_TRUE(piece) << piece.error().what;
        if (piece->empty()) break;
        text.append(as_text(*piece));
    }
    EXPECT_EQ(text, mail);
    reader->reset();
    erase();
    EXPECT_EQ(stat("erase_waiting_contents"), 0U);
    EXPECT_EQ(run(account_->read_raw(cid, 0, 10)).error().code, Errc::expunged);
    EXPECT_EQ((*run(account_->message_infos({cid})))[0], nullptr);
}

TEST_F(EraseTest, AnUploadThatWasGivenUpLeavesNothing) {
    const std::string body = noise(5, 300'000);
    {
        auto upload = account_->begin_upload(body.size());
        ASSERT_TRUE(upload);
        ASSERT_TRUE(run((*upload)->write(as_bytes(body))));
        ASSERT_TRUE(run((*upload)->finish()));
        EXPECT_FALSE(files_with(body.substr(0, 64)).empty()) << "it went to the log in chunks";
    }
    ASSERT_TRUE(append("INBOX", mail_with("behind it", "")));
    erase();
    EXPECT_EQ(files_with(body.substr(0, 64)), std::vector<std::string>{});
    EXPECT_EQ(files_with(body.substr(200'000, 64)), std::vector<std::string>{});
}

TEST_F(EraseTest, AnUploadThatACrashCutOffLeavesNothing) {
    const std::string body = noise(8, 300'000);
    const std::string store = dir_.path() + "/store";
    const std::string crashed = dir_.path() + "/crashed";
    {
        auto upload = account_->begin_upload(body.size());
        ASSERT_TRUE(upload);
        ASSERT_TRUE(run((*upload)->write(as_bytes(body))));
        ASSERT_TRUE(run((*upload)->finish()));
        std::filesystem::copy(store, crashed, std::filesystem::copy_options::recursive);
    }
    close();
    std::filesystem::remove_all(store);
    std::filesystem::rename(crashed, store);
    ASSERT_FALSE(files_with(body.substr(0, 64)).empty()) << "it went to the log in chunks";
    open();
    erase();
    EXPECT_EQ(files_with(body.substr(0, 64)), std::vector<std::string>{});
    EXPECT_EQ(files_with(body.substr(200'000, 64)), std::vector<std::string>{});
}

TEST_F(EraseTest, AUserThatIsDeletedTakesAllMailAlong) {
    const std::string small = noise(6, 1000);
    const std::string large = noise(7, 300'000);
    ASSERT_TRUE(append("INBOX", mail_with("small", small)));
    ASSERT_TRUE(run(account_->create_mailbox("a/b", "")));
    ASSERT_TRUE(append("a/b", mail_with("large", large)));
    account_ = AccountHandle();
    ASSERT_TRUE(run(store_->delete_user(*reactor_, "kim")));
    erase();
    EXPECT_EQ(files_with(small.substr(0, 64)), std::vector<std::string>{});
    EXPECT_EQ(files_with(large.substr(0, 64)), std::vector<std::string>{});
    EXPECT_EQ(files_with(large.substr(250'000, 64)), std::vector<std::string>{});
    reopen();
    EXPECT_TRUE(run(store_->list_users(*reactor_))->empty());
}

TEST_F(EraseTest, MailThatComesAndGoesTakesNoMoreRoomForEver) {
    const std::string stays = mail_with("stays", noise(9, 1000));
    std::size_t files_most = 0;
    for (std::uint32_t round = 1; round <= 60; ++round) {
        ASSERT_TRUE(append("INBOX", mail_with("goes", noise(100 + round, 200'000))));
        expunge("INBOX", round);
        if (round % 10 == 0) erase();
        files_most = std::max(files_most, segments().size());
    }
    ASSERT_TRUE(append("INBOX", stays));
    erase();
    EXPECT_GE(stat("log_bytes_written"), 5 * segment_bytes_) << "too little for a proof";
    EXPECT_LE(segments().size(), 3U) << "the one being written, the next, and the one before";
    EXPECT_LE(files_most, 5U);
    EXPECT_GT(stat("segments_deleted"), 2U);
    EXPECT_GT(stat("snapshots_written"), 0U);
    reopen();
    account("kim");
    EXPECT_EQ(read_message(open_mailbox("INBOX")->messages()[0].cid), stays);
    expect_counters_hold();
    EXPECT_EQ(run(store_->list_users(*reactor_))->size(), 1U);
}

TEST_F(EraseTest, ASegmentThatCameBackAfterACrashGoesAtTheStart) {
    const std::string first = dir_.path() + "/store/log/0/00000001.seg";
    std::filesystem::copy(first, dir_.path() + "/kept");
    for (std::uint32_t round = 1; round <= 12; ++round) {
        ASSERT_TRUE(append("INBOX", mail_with("goes", noise(100 + round, 200'000))));
        expunge("INBOX", round);
    }
    erase();
    ASSERT_FALSE(std::filesystem::exists(first));
    close();
    std::filesystem::copy(dir_.path() + "/kept", first);
    open();
    EXPECT_FALSE(std::filesystem::exists(first));
}

TEST_F(EraseTest, WhoReadsTheLogFromOutsideKeepsItsSegments) {
    const std::string first = dir_.path() + "/store/log/0/00000001.seg";
    for (std::uint32_t round = 1; round <= 12; ++round) {
        ASSERT_TRUE(append("INBOX", mail_with("goes", noise(100 + round, 200'000))));
        expunge("INBOX", round);
    }
    {
        const auto reading = keep::LockFile::share_directory(dir_.path() + "/store/log/0");
        ASSERT_TRUE(reading);
        erase();
        EXPECT_TRUE(std::filesystem::exists(first));
    }
    erase();
    EXPECT_FALSE(std::filesystem::exists(first));
}

TEST_F(EraseTest, AnAccountWithManyRecordsGetsASnapshotUnasked) {
    ASSERT_TRUE(append("INBOX", "Subject: stays\r\n\r\n"));
    const auto inbox = open_mailbox("INBOX");
    const UidSet uids{{Uid{1}, Uid{1}}};
    for (int i = 0; i < 800 && stat("snapshots_written") == 0; ++i) {
        const auto flags = static_cast<std::uint8_t>(i % 2 == 0 ? kFlagSeen : 0);
        const FlagChange change{FlagChange::How::replace, flags, {}};
        ASSERT_TRUE(run(inbox->store_flags(uids, change, std::nullopt, nullptr)));
    }
    EXPECT_GT(stat("snapshots_written"), 0U);
}

TEST_F(EraseTest, NothingGoesBeforeItsTime) {
    close();
    erase_after_ = std::chrono::hours(1);
    open();
    account("kim");
    const std::string body = noise(8, 2000);
    ASSERT_TRUE(append("INBOX", mail_with("for an hour", body)));
    expunge("INBOX", 1);
    erase();
    EXPECT_FALSE(files_with(body.substr(0, 64)).empty());
    EXPECT_EQ(stat("erase_waiting_contents"), 1U);
    EXPECT_GT(stat("erase_first_deadline_s"), 0U);
}

}  // namespace
}  // namespace loam
