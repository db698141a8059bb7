// Limits and usage: RFC 9208. The sum over all mailboxes of STATUS SIZE is what STORAGE counts.
#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "engine/io/gate.h"
#include "tests/engine/api/store_fixture.h"
#include "tests/support/seeds.h"

namespace loam {
namespace {

class QuotaTest : public StoreFixture {
  protected:
    void SetUp() override {
        open();
        add_user("kim");
        account("kim");
    }
    const AccountCell& cell() const { return account_->cell(); }

    /// What a client would add up from STATUS.
    void expect_sums(const std::string& after) {
        AccountCell sums;
        for (const NameEntry& entry : account_->names()) {
            if (!entry.mailbox) continue;
            const MailboxRow& row = *account_->mailbox_row(*entry.mailbox);
            sums.used_octets += row.octets;
            sums.messages += row.exists;
            ++sums.mailboxes;
        }
        EXPECT_EQ(cell().used_octets, sums.used_octets) << after;
        EXPECT_EQ(cell().messages, sums.messages) << after;
        EXPECT_EQ(cell().mailboxes, sums.mailboxes) << after;
    }
};

/// Whatever a client may do, by chance. Each returns its name.
class RandomUser {
  public:
    explicit RandomUser(std::uint64_t seed) : random_(seed) {}

    std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
    std::string name() {
        static const char* const names[] = {"INBOX", "a", "b", "a/c", "b/d"};
        return names[below(std::size(names))];
    }
    /// 0 as often as not: no limit.
    LimitsChange limits() {
        const auto limit = [this](std::uint64_t max) { return below(2) * (1 + below(max)); };
        return {.octets = limit(4000), .messages = limit(30), .mailboxes = limit(6)};
    }
    UidSet uids(const Mailbox& mailbox) {
        UidSet chosen;
        for (const MessageRow& row : mailbox.messages()) {
            if (below(3) == 0) chosen.add(row.uid);
        }
        return chosen;
    }
    std::string message() { return "Subject: x\r\n\r\n" + std::string(below(200), 'x'); }

  private:
    std::mt19937_64 random_;
};

TEST_F(QuotaTest, TheSumOfSizesIsTheUsageWhateverHappens) {
    for (const std::uint64_t seed : testing::seeds_to_run(2)) {
        SCOPED_TRACE("LOAM_SEED=" + std::to_string(seed));
        add_user("user" + std::to_string(seed));
        account("user" + std::to_string(seed));
        RandomUser user(seed);
        for (int step = 0; step < 300; ++step) {
            const AccountCell before = cell();
            const std::string from = user.name();
            const std::string to = user.name();
            auto source = account_->find_mailbox(from) ? open_mailbox(from) : nullptr;
            std::string did = "nothing";
            switch (user.below(10)) {
                case 0:
                case 1:
                case 2:
                    did = "append " + std::string(append(from, user.message()) ? "" : "refused");
                    break;
                case 3:
                    did = "create";
                    (void)run(account_->create_mailbox(from, "")).ok();
                    break;
                case 4:
                    did = "delete or rename";
                    if (user.below(4) == 0) (void)run(account_->delete_mailbox(from)).ok();
                    if (user.below(4) == 0) (void)run(account_->rename_mailbox(from, to)).ok();
                    break;
                case 5:
                    did = "limits";
                    if (user.below(4) == 0) {
                        ASSERT_TRUE(run(account_->set_limits(user.limits())));
                    }
                    break;
                case 6:
                    did = "restart";
                    if (user.below(8) == 0) {
                        source.reset();  // the store outlives its mailboxes
                        reopen();
                        account("user" + std::to_string(seed));
                    }
                    break;
                case 7:
                    did = "copy or move";
                    if (!source) break;
                    if (user.below(2) == 0) {
                        (void)run(account_->copy(*source, user.uids(*source), mailbox(to))).ok();
                    } else {
                        (void)run(account_->move(*source, user.uids(*source), mailbox(to), nullptr))
                            .ok();
                        EXPECT_EQ(cell().used_octets, before.used_octets) << "a move is free";
                    }
                    break;
                default: {
                    did = "delete messages";
                    if (!source) break;
                    const FlagChange deleted{FlagChange::How::add, kFlagDeleted, {}};
                    (void)run(
                        source->store_flags(user.uids(*source), deleted, std::nullopt, nullptr))
                        .ok();
                    (void)run(source->expunge(user.uids(*source), nullptr)).ok();
                }
            }
            did = "step " + std::to_string(step) + ": " + did;
            expect_sums(did);
            if (cell().used_octets > before.used_octets && cell().limit_octets != 0) {
                EXPECT_LE(cell().used_octets, cell().limit_octets) << did;
            }
            if (cell().messages > before.messages && cell().limit_messages != 0) {
                EXPECT_LE(cell().messages, cell().limit_messages) << did;
            }
            if (HasFailure()) return;
        }
        expect_counters_hold();
    }
}

Task<void> append_one(Account& account, MailboxId inbox, std::vector<AppendItem> items,
                      std::vector<Status>& answers) {
    const auto done = co_await account.append(inbox, std::move(items));
    answers.push_back(done ? Status::good() : Status(done.error()));
}

/// Uploads that all fit when they begin, appended at the same time.
Task<std::vector<Status>> append_together(Account& account, MailboxId inbox) {
    std::vector<std::vector<AppendItem>> messages(5);
    for (auto& items : messages) {
        auto upload = account.begin_upload(10);
        EXPECT_TRUE(upload);
        const Status written = co_await (*upload)->write(as_bytes("a: b\r\n\r\n12"));
        const Status finished = co_await (*upload)->finish();
        EXPECT_TRUE(written && finished);
        items.emplace_back();
        items.back().upload = *std::move(upload);
    }
    std::vector<Status> answers;
    io::Gate gate;
    for (auto& items : messages)
        gate.spawn(append_one(account, inbox, std::move(items), answers));
    co_await gate.close();
    co_return answers;
}

TEST_F(QuotaTest, OfAppendsThatRaceForTheLastRoomOneWins) {
    ASSERT_TRUE(run(account_->set_limits({.octets = 19})));
    const std::vector<Status> answers = run(append_together(*account_, mailbox("INBOX")));
    ASSERT_EQ(answers.size(), 5U);
    EXPECT_EQ(std::ranges::count_if(answers, [](const Status& answer) { return answer.ok(); }), 1);
    for (const Status& answer : answers) {
        if (!answer) EXPECT_EQ(answer.error().code, Errc::over_quota);
    }
    EXPECT_EQ(cell().used_octets, 10U);
    expect_counters_hold();
}

TEST_F(QuotaTest, LimitsAndAdministratorsOutliveARestart) {
    ASSERT_TRUE(run(store_->set_limits(*reactor_, "kim", {.octets = 100, .mailboxes = 7})));
    ASSERT_TRUE(run(store_->set_limits(*reactor_, "kim", {.messages = kLimitNothing})));
    ASSERT_TRUE(run(store_->set_administrator(*reactor_, "kim", true)));
    EXPECT_EQ(run(store_->usage(*reactor_, "lee")).error().code, Errc::not_found);
    EXPECT_EQ(run(store_->set_limits(*reactor_, "lee", {})).error().code, Errc::not_found);
    reopen();
    const AccountCell now = *run(store_->usage(*reactor_, "kim"));
    EXPECT_EQ(now.limit_octets, 100U) << "what was not named stayed";
    EXPECT_EQ(now.limit_mailboxes, 7U);
    EXPECT_EQ(now.limit_messages, kLimitNothing);
    EXPECT_TRUE(run(store_->find_user(*reactor_, "kim"))->credentials.administrator);
    ASSERT_TRUE(run(store_->set_secret(*reactor_, "kim", "other")));
    EXPECT_TRUE(run(store_->find_user(*reactor_, "kim"))->credentials.administrator)
        << "a new password changes nothing else";
    account("kim");
    EXPECT_EQ(append("INBOX", "x").error().code, Errc::over_quota);
}

}  // namespace
}  // namespace loam
