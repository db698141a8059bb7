// Seeded runs of the whole engine on a disk that loses power again and again: what was acknowledged
// is there, what was not is there whole or not at all.
#include <algorithm>
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include "tests/crash/crash_history.h"
#include "tests/crash/sim_store.h"

namespace loam {
namespace {

using testing::CrashHistory;
using testing::SimMachine;
using testing::SimStore;

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
        CrashHistory history(seed, 1 + seed % 3);
        for (int life = 0; life < 8; ++life)
            ASSERT_EQ(history.live(), "") << "LOAM_SEED=" << seed << " life " << life;
        checks += history.checks();
    }
    EXPECT_GT(checks, rounds) << "hardly any life came as far as looking";
}

}  // namespace
}  // namespace loam
