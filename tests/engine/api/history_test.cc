// How long a mailbox remembers what was expunged from it.
#include <gtest/gtest.h>

#include "tests/engine/api/store_fixture.h"

namespace loam {
namespace {

class HistoryTest : public StoreFixture {
  protected:
    static constexpr std::uint64_t kHistory = 10;

    void open_with_history() {
        StoreOptions options;
        options.path = dir_.path() + "/store";
        options.create = true;
        options.cache_bytes = 8U << 20;
        options.expunge_history = kHistory;
        auto opened = run(Store::open(options, {{reactor_.get(), &disk_}}));
        ASSERT_TRUE(opened) << opened.error().what;
        store_ = *std::move(opened);
    }
    void come_and_go(std::uint32_t uid) {
        ASSERT_TRUE(append("INBOX", "Subject: goes\r\n\r\n", kFlagDeleted));
        const auto gone =
            run(open_mailbox("INBOX")->expunge(UidSet{{Uid{uid}, Uid{uid}}}, nullptr));
        ASSERT_TRUE(gone && gone->count() == 1);
    }
};

TEST_F(HistoryTest, TheOldestExpungesAreForgottenAndTheRestIsKnown) {
    open_with_history();
    add_user("kim");
    account("kim");
    for (std::uint32_t uid = 1; uid <= 40; ++uid)
        come_and_go(uid);
    for (const bool again : {false, true}) {
        if (again) close();
        if (again) open_with_history();
        account("kim");
        const auto inbox = open_mailbox("INBOX");
        const MailboxRow& row = inbox->row();
        EXPECT_GE(row.highest_modseq.value - row.vanished_floor.value, kHistory);
        EXPECT_LE(row.highest_modseq.value - row.vanished_floor.value, 2 * kHistory);
        const Modseq below{row.vanished_floor.value - 1};
        EXPECT_EQ(run(inbox->vanished_since(below)).error().code, Errc::not_found);
        const auto known = run(inbox->vanished_since(row.vanished_floor));
        ASSERT_TRUE(known) << known.error().what;
        EXPECT_TRUE(known->contains(Uid{40}));
        EXPECT_GE(known->count(), kHistory / 2);
        EXPECT_LE(known->count(), kHistory);
    }
}

}  // namespace
}  // namespace loam
