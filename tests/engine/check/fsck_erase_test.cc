// fsck on stores in which something was erased, is being erased, or should have been.
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "engine/check/fsck.h"
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

}  // namespace
}  // namespace loam
