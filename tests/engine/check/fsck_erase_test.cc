// fsck on stores in which something was erased, is being erased, or should have been.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "engine/check/backup.h"
#include "engine/check/fsck.h"
#include "engine/check/past_store.h"
#include "engine/check/rebuild.h"
#include "engine/check/salvage.h"
#include "tests/engine/api/store_fixture.h"

namespace loam {
namespace {

constexpr std::string_view kMail = "Subject: goes\r\n\r\nsome octets of a message\r\n";

class FsckErase : public StoreFixture {
  protected:
    void SetUp() override {
        erase_after_ = std::chrono::seconds(0);
        open();
        add_user("kim");
        account("kim");
        for (int i = 0; i < 3; ++i)
            ASSERT_TRUE(append("INBOX", kMail));
        const auto inbox = open_mailbox("INBOX");
        const FlagChange deleted{FlagChange::How::add, kFlagDeleted, {}};
        const UidSet first{{Uid{1}, Uid{1}}};
        place_ = place_of(inbox->messages()[0].cid);
        ASSERT_TRUE(run(inbox->store_flags(first, deleted, std::nullopt, nullptr)));
        ASSERT_TRUE(run(inbox->expunge(first, nullptr)));
    }
    /// Offset of a payload in the first segment, found by what its record says.
    std::uint64_t place_of(Cid cid) {
        const std::string segment = segment_path();
        std::ifstream file(segment, std::ios::binary);
        const std::string text((std::istreambuf_iterator<char>(file)), {});
        std::uint64_t at = 0;
        for (std::size_t group = 4096; group + 96 < text.size(); group += 4096) {
            const auto number = [&](std::size_t offset, std::size_t size) {
                std::uint64_t value = 0;
                for (std::size_t i = 0; i < size; ++i)
                    value |= std::uint64_t{static_cast<unsigned char>(text[offset + i])} << 8 * i;
                return value;
            };
            const std::size_t record = group + 96;
            if (number(record, 2) == 2 && number(record + 12, 8) == cid.value)
                at = group + number(record + 28, 4);
        }
        EXPECT_GT(at, 0U);
        return at;
    }
    std::string segment_path() const { return dir_.path() + "/store/log/0/00000001.seg"; }
    std::vector<std::string> findings() {
        if (store_) close();
        const auto report = run(check::fsck(
            {.path = dir_.path() + "/store", .deep = true, .findings_max = 100, .progress = {}},
            *reactor_, disk_));
        EXPECT_TRUE(report) << report.error().what;
        std::vector<std::string> found;
        for (const check::Finding& finding : report->findings)
            found.push_back(finding.what);
        return found;
    }
    void write_at(std::uint64_t offset, std::string_view octets) {
        std::fstream file(segment_path(), std::ios::binary | std::ios::in | std::ios::out);
        file.seekp(static_cast<std::streamoff>(offset));
        file.write(octets.data(), static_cast<std::streamsize>(octets.size()));
    }

    std::uint64_t place_ = 0;
};

TEST_F(FsckErase, WhatWasErasedIsNoDamage) {
    ASSERT_TRUE(run(store_->erase_due(*reactor_)));
    EXPECT_EQ(findings(), std::vector<std::string>{});
}

TEST_F(FsckErase, WhatWaitsForItsTimeIsNoDamage) {
    close();
    erase_after_ = std::chrono::hours(1);
    open();
    account("kim");
    ASSERT_TRUE(run(account_->delete_mailbox("INBOX")).error().code == Errc::invalid);
    ASSERT_TRUE(run(account_->create_mailbox("a", "")));
    ASSERT_TRUE(append("a", kMail));
    ASSERT_TRUE(run(account_->delete_mailbox("a")));
    EXPECT_EQ(findings(), std::vector<std::string>{});
}

TEST_F(FsckErase, OctetsWhereSomethingWasErasedAreFound) {
    ASSERT_TRUE(run(store_->erase_due(*reactor_)));
    close();
    write_at(place_ + 10, "x");
    const std::vector<std::string> found = findings();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_TRUE(found[0].contains("should be erased")) << found[0];
}

/// In segments so small that some are deleted.
class FsckCollected : public FsckErase {
  protected:
    void SetUp() override {
        segment_bytes_ = 64U << 10;
        FsckErase::SetUp();
        for (int i = 0; i < 40; ++i)
            ASSERT_TRUE(append("INBOX", kMail));
        const auto inbox = open_mailbox("INBOX");
        const UidSet many{{Uid{2}, Uid{40}}};
        const FlagChange deleted{FlagChange::How::add, kFlagDeleted, {}};
        ASSERT_TRUE(run(inbox->store_flags(many, deleted, std::nullopt, nullptr)));
        ASSERT_TRUE(run(inbox->expunge(many, nullptr)));
        ASSERT_TRUE(run(store_->erase_due(*reactor_)));
        ASSERT_FALSE(std::filesystem::exists(segment_path())) << "nothing was deleted";
        ASSERT_TRUE(append("INBOX", kMail));
    }
    std::vector<std::filesystem::path> segments() const {
        std::vector<std::filesystem::path> found;
        for (const auto& entry : std::filesystem::directory_iterator(dir_.path() + "/store/log/0"))
            found.push_back(entry.path());
        std::ranges::sort(found);
        return found;
    }
    /// uid and octets of all that is there.
    std::string everything() {
        open();
        account("kim");
        std::string text;
        for (const MessageRow& row : open_mailbox("INBOX")->messages())
            text += std::to_string(row.uid.value) + " " + read_message(row.cid);
        close();
        return text;
    }
};

TEST_F(FsckCollected, SegmentsThatAreGoneAreNoDamage) {
    EXPECT_EQ(findings(), std::vector<std::string>{});
    open();
    account("kim");
    EXPECT_EQ(open_mailbox("INBOX")->messages().size(), 4U);
    ASSERT_TRUE(append("INBOX", kMail));
    EXPECT_EQ(findings(), std::vector<std::string>{});
}

TEST_F(FsckCollected, ASegmentThatShouldBeThereIsMissed) {
    close();
    const std::filesystem::path first = segments().front();
    std::filesystem::remove(first);
    bool told = false;
    for (const std::string& finding : findings())
        told = told || finding.contains(first.filename().string() + ": missing");
    EXPECT_TRUE(told);
}

TEST_F(FsckCollected, TheLogAloneGivesAllOfIt) {
    close();
    const std::string before = everything();
    std::filesystem::remove_all(dir_.path() + "/store/db");
    const auto rebuilt = run(check::rebuild({.path = dir_.path() + "/store"}, disk_));
    ASSERT_TRUE(rebuilt) << rebuilt.error().what;
    EXPECT_EQ(findings(), std::vector<std::string>{});
    EXPECT_EQ(everything(), before);
}

TEST_F(FsckCollected, ABackupHasAllOfIt) {
    close();
    const std::string before = everything();
    const std::string root = dir_.path();
    const auto backup =
        run(check::backup({.path = root + "/store", .to = root + "/copy"}, *reactor_, disk_));
    ASSERT_TRUE(backup) << backup.error().what;
    std::filesystem::rename(root + "/store", root + "/old");
    const auto restored = run(check::restore(root + "/copy", root + "/store", {}, disk_));
    ASSERT_TRUE(restored) << restored.error().what;
    EXPECT_EQ(findings(), std::vector<std::string>{});
    EXPECT_EQ(everything(), before);
    const auto now = run(check::PastStore::open(disk_, root + "/copy", INT64_MAX));
    ASSERT_TRUE(now) << now.error().what;
    const auto then = run(check::PastStore::open(disk_, root + "/copy", 0));
    EXPECT_FALSE(then) << "the log does not go back so far";
}

TEST_F(FsckCollected, SalvageLeavesWhatWasDeletedAlone) {
    close();
    const std::string before = everything();
    const auto nothing = run(check::salvage({.path = dir_.path() + "/store"}, *reactor_, disk_));
    ASSERT_TRUE(nothing) << nothing.error().what;
    EXPECT_TRUE(nothing->mends.empty());
    EXPECT_EQ(everything(), before);
    EXPECT_EQ(findings(), std::vector<std::string>{});
}

TEST_F(FsckCollected, WhereTheSnapshotIsLostNobodyPretends) {
    close();
    std::filesystem::remove(segments().front());
    const auto refused = run(check::salvage({.path = dir_.path() + "/store"}, *reactor_, disk_));
    ASSERT_FALSE(refused);
    EXPECT_TRUE(refused.error().what.contains("snapshot of account")) << refused.error().what;
}

}  // namespace
}  // namespace loam
