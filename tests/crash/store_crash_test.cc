// Seeded runs of the whole engine on a disk that loses power again and again: what was acknowledged
// is there, what was not is there whole or not at all.
#include <algorithm>
#include <cstdint>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "engine/record/rows.h"
#include "tests/crash/crash_history.h"
#include "tests/crash/sim_store.h"
#include "tests/support/seeds.h"

namespace loam {
namespace {

using testing::CrashHistory;
using testing::SimMachine;
using testing::SimStore;
using testing::Step;

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

TEST(StoreCrash, WhatWasAcknowledgedSurvivesAndTheRestIsWholeOrAbsent) {
    const std::vector<std::uint64_t> seeds = testing::seeds_to_run(1000);
    std::uint64_t checks = 0;
    std::uint64_t deleted = 0;
    for (const std::uint64_t seed : seeds) {
        const testing::SeedAtAbort told(seed);
        CrashHistory history(seed, 1 + seed % 3);
        for (int life = 0; life < 8; ++life)
            ASSERT_EQ(history.live(), "") << "LOAM_SEED=" << seed << " life " << life;
        checks += history.checks();
        deleted += history.segments_deleted();
    }
    if (seeds.size() >= 100) {
        EXPECT_GT(deleted, 0U) << "no segment was ever deleted";
    }
    EXPECT_GT(checks, seeds.size()) << "hardly any life came as far as looking";
}

Step on_messages(Step::Kind kind, std::uint32_t uid, std::uint8_t flags = 0) {
    Step step;
    step.kind = kind;
    step.mailbox = 1;
    step.target = 2;
    step.uids.add(Uid{uid});
    step.flags = flags;
    return step;
}

Step arrival(std::uint64_t token, std::uint32_t mailbox = 1) {
    Step step;
    step.token = token;
    step.mailbox = mailbox;
    return step;
}

Step given_up(std::uint64_t token) {
    Step step;
    step.kind = Step::Kind::abandon;
    step.token = token;
    return step;
}

Step on_name(Step::Kind kind, std::string name, std::string to = "") {
    Step step;
    step.kind = kind;
    step.name = std::move(name);
    step.to = std::move(to);
    return step;
}

Step to(std::uint32_t target, Step step) {
    step.target = target;
    return step;
}

Step in(std::uint32_t mailbox, Step step) {
    step.mailbox = mailbox;
    return step;
}

Step delivery(std::uint64_t token) {
    Step step = arrival(token);
    step.kind = Step::Kind::deliver;
    return step;
}

struct Script {
    const char* why;
    std::vector<std::vector<Step>> bursts;  ///< for one account
};

std::vector<Script> scripts() {
    using enum Step::Kind;
    const Step deleted = on_messages(flags, 1, kFlagDeleted);
    return {
        {"two messages, one after the other", {{arrival(1)}, {arrival(2)}}},
        {"a message in chunks", {{arrival(17)}}},
        {"flags, then the message goes", {{arrival(1)}, {deleted}, {on_messages(expunge, 1)}}},
        {"copied, moved and gone at once",
         {{arrival(1), on_name(create, "a")},
          {on_messages(copy, 1), on_messages(move, 1), deleted, on_messages(expunge, 1)}}},
        {"a mailbox with a message gets another name and goes",
         {{on_name(create, "a")},
          {arrival(1, 2)},
          {on_name(rename, "a", "b")},
          {on_name(remove, "b")}}},
        {"a message goes and its octets with it",
         {{arrival(1)}, {deleted}, {on_messages(expunge, 1)}, {on_name(erase, "")}}},
        {"a message in chunks goes with its octets while another comes",
         {{arrival(17)}, {deleted}, {on_messages(expunge, 1)}, {on_name(erase, ""), arrival(2)}}},
        {"a segment in which nothing is left is deleted",
         {{arrival(17), arrival(34)},
          {on_messages(flags, 1, kFlagDeleted), on_messages(flags, 2, kFlagDeleted)},
          {on_messages(expunge, 1), on_messages(expunge, 2)},
          {arrival(51)},
          {on_name(erase, "")}}},
        {"an upload is given up", {{given_up(17)}, {on_name(erase, "")}}},
        {"INBOX gets another name while messages come",
         {{arrival(1)}, {arrival(2), on_name(rename, "INBOX", "a"), arrival(3)}}},
    };
}

/// Of messages alone.
std::vector<Script> message_scripts() {
    using enum Step::Kind;
    const Step deleted = on_messages(flags, 1, kFlagDeleted);
    const Step seen = on_messages(flags, 1, kFlagSeen);
    const Step made = on_name(create, "a");
    return {
        {"four messages at once", {{arrival(1), arrival(2), arrival(3), arrival(4)}}},
        {"a delivery", {{delivery(1)}}},
        {"a delivery beside an APPEND", {{delivery(1), arrival(2)}}},
        {"two messages in chunks at once", {{arrival(17), arrival(34)}}},
        {"a small message beside one in chunks", {{arrival(17), arrival(1)}}},
        {"an upload is given up beside another", {{given_up(17), arrival(34)}}},
        {"flags come and go", {{arrival(1)}, {seen}, {on_messages(flags, 1)}}},
        {"flags of one message twice at once", {{arrival(1)}, {seen, deleted}}},
        {"nothing to expunge", {{arrival(1)}, {on_messages(expunge, 1)}}},
        {"nothing to move", {{made}, {on_messages(move, 1)}}},
        {"expunged twice at once",
         {{arrival(1)}, {deleted}, {on_messages(expunge, 1), on_messages(expunge, 1)}}},
        {"copied within its mailbox", {{arrival(1)}, {to(1, on_messages(copy, 1))}}},
        {"copied, then the original goes",
         {{arrival(1), made}, {on_messages(copy, 1)}, {deleted}, {on_messages(expunge, 1)}}},
        {"copied in chunks, then the original goes and is erased",
         {{arrival(17), made},
          {on_messages(copy, 1)},
          {deleted},
          {on_messages(expunge, 1)},
          {on_name(erase, "")}}},
        {"moved while its flags change", {{arrival(1), made}, {on_messages(move, 1), seen}}},
        {"copied while its flags change", {{arrival(1), made}, {on_messages(copy, 1), seen}}},
        {"moved away and back",
         {{arrival(1), made}, {on_messages(move, 1)}, {to(1, in(2, on_messages(move, 1)))}}},
        {"all goes and is erased, then new mail comes",
         {{arrival(1)}, {deleted}, {on_messages(expunge, 1)}, {on_name(erase, "")}, {arrival(2)}}},
        {"nothing to erase", {{arrival(1)}, {on_name(erase, "")}}},
    };
}

/// Of mailboxes and their names.
std::vector<Script> name_scripts() {
    using enum Step::Kind;
    const Step made = on_name(create, "a");
    return {
        {"a name below others", {{on_name(create, "a/b/c")}}},
        {"a mailbox goes and comes again", {{made}, {on_name(remove, "a")}, {made}}},
        {"a mailbox goes while a message comes",
         {{made}, {arrival(1, 2)}, {on_name(remove, "a"), arrival(2, 2)}}},
        {"a mailbox goes while another is made",
         {{made}, {on_name(remove, "a"), on_name(create, "b")}}},
        {"two mailboxes change names",
         {{made, on_name(create, "b")},
          {on_name(rename, "a", "c")},
          {on_name(rename, "b", "a")},
          {on_name(rename, "c", "b")}}},
        {"a mailbox takes those below it along",
         {{made, on_name(create, "a/b")}, {arrival(1, 3)}, {on_name(rename, "a", "z")}}},
        {"INBOX gets another name twice",
         {{arrival(1)},
          {on_name(rename, "INBOX", "a")},
          {arrival(2)},
          {on_name(rename, "INBOX", "b")}}},
        {"a mailbox gets another name while a message is copied to it",
         {{arrival(1), made}, {on_name(rename, "a", "b"), on_messages(copy, 1)}}},
        {"a mailbox with an erased message goes",
         {{made},
          {arrival(1, 2)},
          {on_name(remove, "a")},
          {on_name(erase, "")},
          {on_name(create, "b")}}},
    };
}

std::vector<CrashHistory::Burst> for_first(const Script& script) {
    std::vector<CrashHistory::Burst> bursts;
    for (const std::vector<Step>& steps : script.bursts) {
        CrashHistory::Burst& burst = bursts.emplace_back();
        for (const Step& step : steps)
            burst.emplace_back(0, step);
    }
    return bursts;
}

/// A life of `script` cut at `crash_at`, and one to look. Returns how many single changes the cut
/// could have kept.
std::size_t cut_once(const Script& script, std::uint64_t crash_at, io::CrashPlan plan) {
    CrashHistory history(1, 1);
    EXPECT_EQ(history.play(for_first(script), crash_at, plan), "");
    const std::size_t unsynced = history.unsynced();
    EXPECT_EQ(history.play({}, UINT64_MAX, {}), "")
        << script.why << ", cut at " << crash_at << ", plan " << static_cast<int>(plan.kind) << " "
        << plan.only;
    return unsynced;
}

void cut_everywhere(const Script& script) {
    using Kind = io::CrashPlan::Kind;
    CrashHistory whole(1, 1);
    ASSERT_EQ(whole.play(for_first(script), UINT64_MAX, {}), "") << script.why;
    ASSERT_LT(whole.bursts_from(), whole.operations()) << script.why;
    if (std::string_view(script.why).contains("segment")) {
        EXPECT_GT(whole.segments_deleted(), 0U) << script.why;
    }
    for (std::uint64_t at = whole.bursts_from(); at < whole.operations(); ++at) {
        const std::size_t unsynced = cut_once(script, at, {.kind = Kind::none});
        cut_once(script, at, {.kind = Kind::all});
        for (std::size_t i = 0; i < unsynced; ++i)
            cut_once(script, at, {.kind = Kind::only, .only = i});
        if (::testing::Test::HasFailure()) return;
    }
}

void PrintTo(const Script& script, std::ostream* out) {
    *out << script.why;
}

class ShortScript : public ::testing::TestWithParam<Script> {};

TEST_P(ShortScript, LosesNothingWhereverItIsCut) {
    cut_everywhere(GetParam());
}

INSTANTIATE_TEST_SUITE_P(Mixed, ShortScript, ::testing::ValuesIn(scripts()));
INSTANTIATE_TEST_SUITE_P(Messages, ShortScript, ::testing::ValuesIn(message_scripts()));
INSTANTIATE_TEST_SUITE_P(Names, ShortScript, ::testing::ValuesIn(name_scripts()));

}  // namespace
}  // namespace loam
