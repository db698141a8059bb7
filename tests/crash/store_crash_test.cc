// Seeded runs of the whole engine on a disk that loses power again and again: what was acknowledged
// is there, one unacknowledged step is there whole or not at all.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/crash/sim_store.h"

namespace loam {
namespace {

using testing::SimMachine;
using testing::SimStore;

struct Message {
    std::uint32_t uid = 0;
    std::uint8_t flags = 0;
    std::uint64_t token = 0;  ///< its octets follow from it
    friend bool operator==(const Message&, const Message&) = default;
};

/// INBOX of one account.
struct Model {
    std::uint32_t uidnext = 1;
    std::vector<Message> messages;
    friend bool operator==(const Model&, const Model&) = default;
};

std::string body_of(std::uint64_t token) {
    std::string body = "Subject: " + std::to_string(token) + "\r\n\r\n";
    const std::size_t size = token % 11 == 0 ? 300'000 : 20 + token % 997;
    std::uint64_t state = token;
    while (body.size() < size) {
        state = state * 6'364'136'223'846'793'005 + 1'442'695'040'888'963'407;
        body += std::to_string(state) + "\r\n";
    }
    return body;
}

class History {
  public:
    explicit History(std::uint64_t seed) : machine_(seed) {}

    /// One life of the process. Returns what is wrong.
    std::string live() {
        SimStore store(machine_, 2);
        over_ = false;
        io::SimFaults& faults = machine_.media.faults;
        faults.crash_at(faults.operations() + machine_.world.random_below(150));
        const bool ended = store.run(work(store));
        if (ended && store.power() && machine_.world.chance(2)) {
            faults.crash_at(UINT64_MAX);
            const Status closed = store.close();
            if (!closed) blame("close: " + closed.error().what);
            machine_.media.crash({.kind = io::CrashPlan::Kind::all});
        } else {
            over_ = true;
            store.crash({});
        }
        return wrong_;
    }
    std::uint64_t checks() const { return checks_; }

  private:
    void blame(std::string what) {
        if (machine_.media.faults.power() && !over_ && wrong_.empty()) wrong_ = std::move(what);
    }

    Task<void> work(SimStore& store) {
        const Status opened = co_await store.open();
        if (!opened) {
            blame("open: " + opened.error().what);
            co_return;
        }
        auto user = co_await store.store().find_user(store.loop(), "kim");
        if (!user && user.error().code == Errc::not_found) {
            if (has_user_) blame("the user is lost");
            const auto added = co_await store.store().add_user(store.loop(), {"kim", ""});
            if (!added) co_return;
            has_user_ = true;
            user = co_await store.store().find_user(store.loop(), "kim");
        }
        if (!user) co_return;
        has_user_ = true;
        io::Loop& owner = store.store().owner(user->account);
        static_cast<void>(
            co_await io::run_on(store.loop(), owner, on_owner(store.store(), user->account)));
    }

    Task<bool> on_owner(Store& store, AccountId id) {
        auto account = co_await store.account(id);
        if (!account) co_return false;
        const auto inbox = (*account)->find_mailbox("INBOX");
        if (!inbox) blame("no INBOX");
        if (!inbox) co_return false;
        auto mailbox = co_await (*account)->open_mailbox(*inbox);
        if (!mailbox) co_return false;
        const bool good = co_await check(**account, **mailbox);
        if (!good) co_return false;
        for (std::uint64_t steps = machine_.world.random_below(12); steps > 0; --steps) {
            const bool done = co_await step(**account, **mailbox);
            if (!done) co_return false;
            if (look(**mailbox) != known_) blame("not what was just acknowledged");
            watch_modseqs(**mailbox);
        }
        co_return true;
    }

    Task<bool> step(Account& account, Mailbox& mailbox) {
        next_ = known_;
        const std::uint64_t dice = machine_.world.random_below(4);
        if (dice < 2 || known_.messages.empty()) {
            const Message message{next_.uidnext++, 0, ++last_token_};
            next_.messages.push_back(message);
            const bool appended = co_await append(account, mailbox.id(), message.token);
            if (!appended) co_return false;
        } else {
            Message& one = next_.messages[machine_.world.random_below(next_.messages.size())];
            const Uid uid{one.uid};
            one.flags = dice == 2 ? kFlagSeen : kFlagDeleted;
            const FlagChange change{FlagChange::How::replace, one.flags, {}};
            const auto stored =
                co_await mailbox.store_flags({{uid, uid}}, change, std::nullopt, nullptr);
            if (!stored) co_return false;
            known_ = next_;
            if (dice == 3) {
                std::erase_if(next_.messages, [&](const Message& m) { return m.uid == uid.value; });
                const auto gone = co_await mailbox.expunge({{uid, uid}}, nullptr);
                if (!gone) co_return false;
            }
        }
        known_ = next_;
        co_return true;
    }

    Task<bool> append(Account& account, MailboxId mailbox, std::uint64_t token) {
        const std::string body = body_of(token);
        auto upload = account.begin_upload(body.size());
        if (!upload) co_return false;
        const Status written = co_await (*upload)->write(as_bytes(body));
        if (!written) co_return false;
        const Status finished = co_await (*upload)->finish();
        if (!finished) co_return false;
        std::vector<AppendItem> items(1);
        items[0].upload = *std::move(upload);
        const auto appended = co_await account.append(mailbox, std::move(items));
        co_return appended.ok();
    }

    /// What the mailbox holds; tokens stand in for octets and are checked by check().
    Model look(const Mailbox& mailbox) const {
        Model seen;
        seen.uidnext = mailbox.row().uidnext.value;
        for (const MessageRow& row : mailbox.messages()) {
            Message message{row.uid.value, row.flags, 0};
            for (const Model* model : {&known_, &next_}) {
                for (const Message& m : model->messages)
                    if (m.uid == message.uid) message.token = m.token;
            }
            seen.messages.push_back(message);
        }
        return seen;
    }

    Task<bool> check(Account& account, Mailbox& mailbox) {
        ++checks_;
        const Model seen = look(mailbox);
        if (seen != known_ && seen != next_) {
            blame("neither the state that was acknowledged nor the one under way");
            co_return false;
        }
        known_ = seen;
        next_ = seen;
        std::uint64_t octets = 0;
        const std::vector<MessageRow> rows(mailbox.messages().begin(), mailbox.messages().end());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            octets += rows[i].size;
            const std::string want = body_of(seen.messages[i].token);
            const bool same = co_await holds(account, rows[i].cid, want);
            if (!same) blame("the octets of uid " + std::to_string(rows[i].uid.value));
            if (!same) co_return false;
        }
        watch_modseqs(mailbox);
        if (account.cell().used_octets != octets) blame("the quota is not the sum");
        if (mailbox.row().exists != rows.size()) blame("EXISTS is not the number");
        co_return true;
    }

    /// What a client may have seen of modseqs (RFC 7162 section 3.1) stays true: they rise with
    /// every change of flags, and nothing new is below the mailbox's highest.
    void watch_modseqs(const Mailbox& mailbox) {
        const Modseq highest = mailbox.row().highest_modseq;
        if (highest < highest_) blame("HIGHESTMODSEQ fell");
        std::map<std::uint32_t, MessageRow> rows;
        for (const MessageRow& row : mailbox.messages()) {
            rows.emplace(row.uid.value, row);
            if (row.modseq > highest) blame("a modseq above HIGHESTMODSEQ");
            const auto was = rows_.find(row.uid.value);
            const bool changed = was == rows_.end() || was->second.flags != row.flags;
            const Modseq least = was == rows_.end() ? highest_ : was->second.modseq;
            if (changed ? row.modseq <= least : row.modseq < least)
                blame("the modseq of uid " + std::to_string(row.uid.value));
        }
        if (mailbox.row().uidnext < uidnext_) blame("UIDNEXT fell");
        highest_ = highest;
        uidnext_ = mailbox.row().uidnext;
        rows_ = std::move(rows);
    }

    Task<bool> holds(Account& account, Cid cid, std::string want) {
        auto reader = co_await account.read_raw(cid, 0, UINT64_MAX);
        if (!reader) co_return false;
        std::string got;
        for (;;) {
            const auto piece = co_await (*reader)->next();
            if (!piece) co_return false;
            if (piece->empty()) co_return got == want;
            got += as_text(*piece);
        }
    }

    SimMachine machine_;
    Model known_;                               ///< acknowledged
    Model next_;                                ///< what one more step makes of it
    Modseq highest_{0};                         ///< as it was last seen
    Uid uidnext_{0};                            ///< likewise
    std::map<std::uint32_t, MessageRow> rows_;  ///< likewise, by uid
    bool has_user_ = false;
    bool over_ = false;  ///< the power was cut: from here on errors are no news
    std::uint64_t last_token_ = 0;
    std::uint64_t checks_ = 0;
    std::string wrong_;
};

Task<void> open_well(SimStore& store, bool& good) {
    const Status opened = co_await store.open();
    good = opened.ok();
}

TEST(StoreOptions, ContentToBeErasedAtOnceLeavesIndexFilesToo) {
    for (const int seconds : {0, 1, 7200}) {
        SimMachine machine(1);
        SimStore store(machine, 1);
        store.erase_after = std::chrono::seconds(seconds);
        bool good = false;
        ASSERT_TRUE(store.run(open_well(store, good)) && good);
        EXPECT_EQ(store.rewrite_period_s, static_cast<std::uint64_t>(std::max(seconds / 2, 1)))
            << "0 would mean never";
        EXPECT_TRUE(store.close());
    }
}

/// LOAM_SEED runs one seed; LOAM_ROUNDS makes the run longer.
std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* value = std::getenv(name);
    return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

TEST(StoreCrash, WhatWasAcknowledgedSurvivesAndTheRestIsWholeOrAbsent) {
    const std::uint64_t one = from_environment("LOAM_SEED", 0);
    const std::uint64_t rounds = one != 0 ? 1 : from_environment("LOAM_ROUNDS", 60);
    std::uint64_t checks = 0;
    for (std::uint64_t round = 0; round < rounds; ++round) {
        const std::uint64_t seed = one != 0 ? one : 1 + round;
        History history(seed);
        for (int life = 0; life < 8; ++life)
            ASSERT_EQ(history.live(), "") << "LOAM_SEED=" << seed << " life " << life;
        checks += history.checks();
    }
    EXPECT_GT(checks, rounds) << "hardly any life came as far as looking";
}

}  // namespace
}  // namespace loam
