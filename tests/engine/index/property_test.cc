#include <vector>

#include <gtest/gtest.h>

#include "engine/index/memory_kv.h"
#include "engine/index/state_cursor.h"
#include "tests/engine/index/model.h"
#include "tests/support/temp_dir.h"

/// Random histories against a plain model: what is applied is what every reader says; what is
/// applied again changes nothing; what a crash forgets a replay brings back.
namespace loam::test {
namespace {

constexpr std::size_t kGroups = 40;
constexpr std::size_t kRecordsMax = 40;

IndexOptions small_options() {
    return {.cache_bytes = 8U << 20, .write_buffer_bytes = 256U << 10};
}

std::unique_ptr<Index> open_or_die(const std::string& path, IndexOptions options) {
    auto index = Index::open(path, std::move(options));
    EXPECT_TRUE(index) << (index ? "" : index.error().what);
    return index ? *std::move(index) : nullptr;
}

void apply_or_die(Index& index, const ScriptedGroup& group) {
    const Status status = index.apply(to_apply(group));
    ASSERT_TRUE(status) << status.error().what;
}

std::string first_difference(const Index& a, const Index& b) {
    const auto found = compare(a.view(ReadTier::may_block), b.view(ReadTier::may_block), 1);
    if (!found) return found.error().what;
    if (found->empty()) return "none";
    const Difference& difference = found->front();
    const auto text = [&](const std::optional<std::string>& value) {
        return value ? describe(difference.key, *value) : "absent";
    };
    return describe(difference.key) + ": " + text(difference.in_a) + " | " + text(difference.in_b);
}

/// The place in `script` behind the group that ends where `index` is.
std::size_t position_in(const std::vector<ScriptedGroup>& script, const Index& index) {
    const auto applied = index.view(ReadTier::may_block).applied();
    EXPECT_TRUE(applied);
    for (std::size_t i = 0; i < script.size(); ++i) {
        if (script[i].end == applied->end && script[i].chain == applied->chain) return i + 1;
    }
    EXPECT_EQ(applied->end, Lsn{0});
    return 0;
}

class History : public testing::TestWithParam<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Seeds, History, testing::Range<std::uint64_t>(1, 5));

TEST_P(History, ReadersSayWhatTheModelSays) {
    const TempDir dir;
    const auto index = open_or_die(dir / "db", small_options());
    Model model(GetParam());
    for (std::size_t i = 0; i < kGroups; ++i) {
        apply_or_die(*index, model.next_group(kRecordsMax));
        expect_equal(*index, model);
        if (i % 20 == 19) ASSERT_TRUE(index->flush());
        if (HasFailure()) FAIL() << "group " << i << " of seed " << GetParam();
    }
}

TEST_P(History, ApplyingTheLastGroupsAgainChangesNothing) {
    index::MemoryStore store;
    const auto index = Index::open_memory(store);
    Model model(GetParam() + 1000);
    std::vector<ScriptedGroup> script;
    std::mt19937_64 random(GetParam());
    for (std::size_t i = 0; i < kGroups; ++i) {
        script.push_back(model.next_group(kRecordsMax));
        apply_or_die(*index, script.back());
        const std::size_t from = random() % script.size();
        for (std::size_t again = from; again < script.size(); ++again)
            apply_or_die(*index, script[again]);
        expect_equal(*index, model);
        if (HasFailure()) FAIL() << "from " << from << " to " << i << " of seed " << GetParam();
    }
}

TEST_P(History, GroupBordersDoNotMatter) {
    index::MemoryStore stores[2];
    const auto one_by_one = Index::open_memory(stores[0]);
    const auto grouped = Index::open_memory(stores[1]);
    Model model(GetParam() + 2000);
    for (std::size_t i = 0; i < kGroups / 2; ++i) {
        const ScriptedGroup group = model.next_group(kRecordsMax);
        apply_or_die(*grouped, group);
        // Each record in a group of its own, at the number it has in the whole: the others are
        // fillers.
        for (std::size_t record = 0; record < group.records.size(); ++record) {
            ScriptedGroup part = group;
            for (std::size_t other = 0; other < part.records.size(); ++other) {
                if (other != record) part.records[other].record = NoopRecord{};
            }
            apply_or_die(*one_by_one, part);
        }
        ASSERT_EQ(first_difference(*one_by_one, *grouped), "none") << "group " << i;
    }
}

TEST_P(History, AfterACrashAPrefixIsThereAndReplayBringsTheRest) {
    index::MemoryStore store;
    Model model(GetParam() + 3000);
    std::vector<ScriptedGroup> script;
    std::mt19937_64 random(GetParam());
    for (int life = 0; life < 10; ++life) {
        const auto index = Index::open_memory(store);
        for (std::size_t i = position_in(script, *index); i < script.size(); ++i)
            apply_or_die(*index, script[i]);
        expect_equal(*index, model);
        for (int i = 0; i < 6; ++i) {
            script.push_back(model.next_group(kRecordsMax));
            apply_or_die(*index, script.back());
            if (random() % 6 == 0) ASSERT_TRUE(index->flush());
        }
        if (HasFailure()) FAIL() << "life " << life << " of seed " << GetParam();
        store.crash(random() % (store.unflushed() + 1));
    }
}

TEST_P(History, RocksDbForgetsOnlyAnEndThatReplayBringsBack) {
    const TempDir dir;
    IndexOptions options = small_options();
    options.flush_on_close = false;
    options.write_buffer_bytes = 64U << 10;
    Model model(GetParam() + 4000);
    std::vector<ScriptedGroup> script;
    std::size_t forgotten = 0;
    for (int life = 0; life < 4; ++life) {
        const auto index = open_or_die(dir / "db", options);
        std::size_t at = position_in(script, *index);
        forgotten += script.size() - at;
        for (; at < script.size(); ++at)
            apply_or_die(*index, script[at]);
        // The sidecars that were lost are no part of the promise.
        index::MemoryStore store;
        const auto rebuilt = Index::open_memory(store);
        for (const ScriptedGroup& group : script)
            apply_or_die(*rebuilt, group);
        ASSERT_EQ(first_difference(*index, *rebuilt), "none");
        for (int i = 0; i < 20; ++i) {
            script.push_back(model.next_group(kRecordsMax));
            apply_or_die(*index, script.back());
        }
        if (HasFailure()) FAIL() << "life " << life << " of seed " << GetParam();
    }
    EXPECT_GT(forgotten, 0U) << "the test lost nothing and proved nothing";
}

TEST_P(History, ReadOnlyIndexShowsWhatItAppliesAndWritesNothing) {
    const TempDir dir;
    Model model(GetParam() + 5000);
    std::vector<ScriptedGroup> script;
    {
        const auto index = open_or_die(dir / "db", small_options());
        for (std::size_t i = 0; i < kGroups / 2; ++i)
            apply_or_die(*index, model.next_group(kRecordsMax));
    }
    const Applied before = model.applied;
    {
        IndexOptions options = small_options();
        options.read_only = true;
        const auto index = open_or_die(dir / "db", options);
        for (std::size_t i = 0; i < kGroups / 2; ++i) {
            script.push_back(model.next_group(kRecordsMax));
            apply_or_die(*index, script.back());
            expect_equal(*index, model);
        }
    }
    const auto index = open_or_die(dir / "db", small_options());
    EXPECT_EQ(*index->view(ReadTier::may_block).applied(), before);
    for (const ScriptedGroup& group : script)
        apply_or_die(*index, group);
    expect_equal(*index, model);
}

}  // namespace
}  // namespace loam::test
