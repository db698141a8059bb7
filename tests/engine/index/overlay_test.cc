#include "engine/index/overlay.h"

#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "engine/index/memory_kv.h"

namespace loam::index {
namespace {

using Map = std::map<std::string, std::string, std::less<>>;

std::string key_of(std::uint64_t n) {
    return {static_cast<char>('a' + n / 10), static_cast<char>('0' + n % 10)};
}

/// A store and changes over it, with few enough keys that they meet.
struct Layers {
    explicit Layers(std::uint64_t seed) : random(seed) {
        Batch below;
        for (int i = 0; i < 30; ++i)
            below.state[key_of(random() % 60)] = "old" + std::to_string(i);
        for (const auto& [key, value] : below.state)
            want[key] = *value;
        EXPECT_TRUE(make_memory_kv(store)->write(std::move(below)));
        for (int i = 0; i < 30; ++i) {
            const std::string key = key_of(random() % 60);
            if (random() % 2 == 0) {
                changes.state[key] = "new" + std::to_string(i);
                want[key] = *changes.state[key];
            } else {
                changes.state[key] = std::nullopt;
                want.erase(key);
            }
        }
    }
    std::mt19937_64 random;
    MemoryStore store;
    Batch changes;
    Map want;
};

constexpr std::uint64_t kSeeds = 100;

void expect_lookups(std::uint64_t seed) {
    Layers layers(seed);
    const auto base = make_memory_kv(layers.store)->view(ReadTier::may_block);
    const OverlayView view(*base, layers.changes);
    std::vector<std::string> keys;
    for (std::uint64_t n = 0; n < 60; ++n)
        keys.push_back(key_of(n));
    const auto many = view.get_many(Family::state, keys);
    ASSERT_TRUE(many);
    for (std::size_t n = 0; n < keys.size(); ++n) {
        const auto found = layers.want.find(keys[n]);
        const auto want = found == layers.want.end() ? std::optional<std::string>()
                                                     : std::optional(found->second);
        EXPECT_EQ(*view.get(Family::state, keys[n]), want) << keys[n];
        EXPECT_EQ((*many)[n], want) << keys[n];
    }
}

TEST(Overlay, LooksLikeOneMap) {
    for (std::uint64_t seed = 1; seed <= kSeeds && !HasFailure(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        expect_lookups(seed);
    }
}

/// All from where the cursor stands.
std::string rest(KvCursor& cursor) {
    std::string text;
    for (; cursor.valid(); cursor.next())
        text += std::string(cursor.key()) + "=" + std::string(cursor.value()) + " ";
    return text;
}

std::string rest(const Map& map, Map::const_iterator at, const std::string& upper) {
    std::string text;
    for (; at != map.end() && at->first < upper; ++at)
        text += at->first + "=" + at->second + " ";
    return text;
}

void expect_walks(std::uint64_t seed) {
    Layers layers(seed);
    const auto base = make_memory_kv(layers.store)->view(ReadTier::may_block);
    const OverlayView view(*base, layers.changes);
    for (int round = 0; round < 50; ++round) {
        std::uint64_t low = layers.random() % 60;
        std::uint64_t high = layers.random() % 60;
        if (low > high) std::swap(low, high);
        const std::string lower = key_of(low);
        const std::string upper = key_of(high);
        const std::string key = key_of(layers.random() % 60);
        const auto cursor = view.cursor(Family::state, lower, upper);

        cursor->seek(key);
        const auto from = layers.want.lower_bound(std::max(lower, key));
        EXPECT_EQ(rest(*cursor), rest(layers.want, from, upper))
            << lower << ".." << upper << " from " << key;

        cursor->seek_before(key);
        auto before = layers.want.lower_bound(std::min(key, upper));
        const bool any = before != layers.want.begin() && std::prev(before)->first >= lower;
        before = any ? std::prev(before) : layers.want.end();
        EXPECT_EQ(rest(*cursor), rest(layers.want, before, upper))
            << lower << ".." << upper << " before " << key;
    }
}

TEST(Overlay, CursorsWalkOneMap) {
    for (std::uint64_t seed = 1; seed <= kSeeds && !HasFailure(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        expect_walks(seed);
    }
}

TEST(OverlayKv, KeepsWhatItIsGivenAndLeavesItsBaseAlone) {
    MemoryStore store;
    Batch below;
    below.state["a"] = "1";
    below.cache["a"] = "cached";
    ASSERT_TRUE(make_memory_kv(store)->write(std::move(below)));
    OverlayKv kv(make_memory_kv(store));
    for (const char* value : {"2", "3"}) {
        Batch batch;
        batch.state["a"] = value;
        batch.state["b"] = value;
        batch.cache["a"] = std::nullopt;
        ASSERT_TRUE(kv.write(std::move(batch)));
    }
    const auto view = kv.view(ReadTier::may_block);
    EXPECT_EQ(*view->get(Family::state, "a"), "3");
    EXPECT_EQ(*view->get(Family::state, "b"), "3");
    EXPECT_EQ(*view->get(Family::cache, "a"), std::nullopt);
    const auto base = make_memory_kv(store)->view(ReadTier::may_block);
    EXPECT_EQ(*base->get(Family::state, "a"), "1");
    EXPECT_EQ(*base->get(Family::cache, "a"), "cached");
}

TEST(MemoryKv, AViewStaysAsItWas) {
    MemoryStore store;
    const auto kv = make_memory_kv(store);
    const auto before = kv->view(ReadTier::may_block);
    Batch batch;
    batch.state["a"] = "1";
    ASSERT_TRUE(kv->write(std::move(batch)));
    EXPECT_EQ(*before->get(Family::state, "a"), std::nullopt);
    EXPECT_EQ(*kv->view(ReadTier::may_block)->get(Family::state, "a"), "1");
}

}  // namespace
}  // namespace loam::index
