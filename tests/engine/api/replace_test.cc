// REPLACE: one message arrives and another goes, both or neither. RFC 8508.
#include <gtest/gtest.h>

#include "tests/engine/api/store_fixture.h"

namespace loam {
namespace {

class Replace : public StoreFixture {
  protected:
    void SetUp() override {
        open();
        add_user("kim");
        account("kim");
        EXPECT_TRUE(append("INBOX", kOld, kFlagSeen));
        EXPECT_TRUE(append("INBOX", kOther));
    }
    /// The new uid, or the error's code.
    std::string replace(const std::string& from, Uid uid, const std::string& to,
                        std::string_view message) {
        const auto source = open_mailbox(from);
        const MessageRow* old = source->find(uid);
        auto upload = account_->begin_replacement(message.size(), old == nullptr ? 0 : old->size);
        if (!upload) return std::string(to_string(upload.error().code));
        EXPECT_TRUE(run((*upload)->write(as_bytes(message))));
        EXPECT_TRUE(run((*upload)->finish()));
        AppendItem item;
        item.upload = *std::move(upload);
        item.keywords = {"draft"};
        const auto done =
            run(account_->replace(*source, uid, mailbox(to), std::move(item), nullptr));
        if (!done) return std::string(to_string(done.error().code));
        return std::to_string(done->uids.front().value);
    }
    std::string shown(const std::string& name) {
        std::string text;
        for (const MessageRow& row : open_mailbox(name)->messages())
            text += std::to_string(row.uid.value) + ":" + read_message(row.cid) + " ";
        return text;
    }

    const std::string kOld = "old text";
    const std::string kOther = "other";
};

TEST_F(Replace, InItsMailboxAndIntoAnother) {
    ASSERT_TRUE(run(account_->create_mailbox("box", "")));
    const auto watched = open_mailbox("INBOX");
    EXPECT_EQ(replace("INBOX", Uid{1}, "INBOX", "new"), "3");
    EXPECT_EQ(shown("INBOX"), "2:other 3:new ");
    expect_counters_hold();
    EXPECT_EQ(replace("INBOX", Uid{2}, "box", "moved on"), "1");
    EXPECT_EQ(shown("INBOX"), "3:new ");
    EXPECT_EQ(shown("box"), "1:moved on ");
    expect_counters_hold();
    const Modseq high = watched->row().highest_modseq;
    EXPECT_GE(high, watched->find(Uid{3})->modseq);
    reopen();
    account("kim");
    EXPECT_EQ(shown("INBOX"), "3:new ");
    EXPECT_EQ(shown("box"), "1:moved on ");
    EXPECT_EQ(open_mailbox("INBOX")->row().highest_modseq, high);
    expect_counters_hold();
}

TEST_F(Replace, ALargeMessageOfManyChunks) {
    const std::string large(5U << 20, 'x');
    EXPECT_EQ(replace("INBOX", Uid{1}, "INBOX", large), "3");
    EXPECT_EQ(read_message(open_mailbox("INBOX")->find(Uid{3})->cid), large);
    expect_counters_hold();
}

TEST_F(Replace, NothingChangesWhereItCannotBe) {
    EXPECT_EQ(replace("INBOX", Uid{7}, "INBOX", "new"), "expunged");
    const auto source = open_mailbox("INBOX");
    auto upload = *account_->begin_replacement(3, 8);
    ASSERT_TRUE(run(upload->write(as_bytes("new"))));
    ASSERT_TRUE(run(upload->finish()));
    AppendItem item;
    item.upload = std::move(upload);
    const auto nowhere =
        run(account_->replace(*source, Uid{1}, MailboxId{99}, std::move(item), nullptr));
    ASSERT_FALSE(nowhere);
    EXPECT_EQ(nowhere.error().code, Errc::not_found);
    EXPECT_EQ(shown("INBOX"), "1:old text 2:other ");
    expect_counters_hold();
}

TEST_F(Replace, OnlyWhatItGrowsByCounts) {
    ASSERT_TRUE(run(account_->set_limits({.octets = 14, .messages = 2, .mailboxes = 0})));
    EXPECT_FALSE(append("INBOX", "x"));
    EXPECT_EQ(replace("INBOX", Uid{1}, "INBOX", "123456789"), "3") << "14 octets of 14";
    EXPECT_EQ(replace("INBOX", Uid{3}, "INBOX", "1234567890"), "over_quota");
    EXPECT_EQ(replace("INBOX", Uid{3}, "INBOX", ""), "4");
    expect_counters_hold();
}

}  // namespace
}  // namespace loam
