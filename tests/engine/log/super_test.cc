#include "engine/log/super.h"

#include <gtest/gtest.h>

#include "engine/codec/le.h"
#include "engine/log/segment_files.h"
#include "tests/engine/log/sim_log.h"

namespace loam {
namespace {

using testing::kStore;

ByteVector encoded(const Super& super) {
    ByteVector octets(kSuperBytes);
    encode_super(super, std::span(octets).first<kSuperBytes>());
    return octets;
}

TEST(Super, RoundTripsAndEveryOctetCounts) {
    const Super super{.generation = 9, .store = kStore, .created_us = 77};
    ByteVector octets = encoded(super);
    ASSERT_TRUE(decode_super(octets).ok());
    EXPECT_EQ(*decode_super(octets), super);
    for (std::size_t i = 0; i < octets.size(); ++i) {
        octets[i] ^= std::byte{1};
        EXPECT_FALSE(decode_super(octets).ok()) << i;
        octets[i] ^= std::byte{1};
    }
}

TEST(Super, RefusesStoresOfNewerProgramsAndOfMoreLogs) {
    EXPECT_EQ(decode_super(encoded({.reader_version_min = 2})).error().code, Errc::unsupported);
    EXPECT_EQ(decode_super(encoded({.logs = 2})).error().code, Errc::unsupported);
    EXPECT_TRUE(decode_super(encoded({.version = 2})).ok()) << "newer, but readable by this one";
}

struct SuperDisk : ::testing::Test {
    io::SimWorld world{5};
    io::SimMedia media{world};
    io::SimLoop loop{world};
    io::SimDisk disk{loop, media};
    SuperDisk() { LOAM_CHECK(io::run_sim(loop, disk.make_dir("/s")).ok()); }
    Result<Super> create() { return io::run_sim(loop, create_store(disk, "/s", kStore, 1)); }
    Result<Super> read() { return io::run_sim(loop, read_super(disk, "/s")); }
};

TEST_F(SuperDisk, CreatesAStoreOnce) {
    EXPECT_EQ(read().error().code, Errc::not_found);
    ASSERT_TRUE(create().ok());
    EXPECT_EQ(read()->store, kStore);
    EXPECT_EQ(read()->generation, 2U);
    EXPECT_EQ(create().error().code, Errc::exists);
    const auto segments = io::run_sim(loop, list_segments(disk, log_dir("/s", 0)));
    ASSERT_TRUE(segments.ok());
    EXPECT_TRUE(segments->empty());
}

TEST_F(SuperDisk, TheNewestValidOneCounts) {
    ASSERT_TRUE(create().ok());
    Super super = *read();
    super.reader_version_min = 1;
    ASSERT_EQ(io::run_sim(loop, write_super(disk, "/s", super))->generation, 3U);
    EXPECT_EQ(read()->generation, 3U);
    ASSERT_TRUE(media.flip("/s/SUPER.1", 100, 0).ok());
    EXPECT_EQ(read()->generation, 2U);
    EXPECT_EQ(create().error().code, Errc::exists);
    ASSERT_TRUE(media.flip("/s/SUPER.0", 100, 0).ok());
    EXPECT_EQ(read().error().code, Errc::corrupt);
    EXPECT_EQ(create().error().code, Errc::exists) << "a damaged store is not overwritten";
}

TEST_F(SuperDisk, AFailedReadIsNotAVote) {
    ASSERT_TRUE(create().ok());
    media.faults.fail_next(io::DiskOp::read, Errc::io);
    EXPECT_EQ(read().error().code, Errc::io);
}

TEST(SuperCrash, CreationSurvivesAPowerCutAtEveryOperation) {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        io::SimWorld world(seed);
        io::SimMedia media(world);
        {
            io::SimLoop loop(world);
            io::SimDisk disk(loop, media);
            LOAM_CHECK(io::run_sim(loop, disk.make_dir("/s")).ok());
            LOAM_CHECK(io::run_sim(loop, disk.sync_dir("/")).ok());
        }
        auto before = std::make_unique<io::SimLoop>(world);
        io::SimDisk old(*before, media);
        media.faults.crash_at(media.faults.operations() + world.random_below(30));
        io::Gate gate;
        bool created = false;
        bool ended = false;
        const auto run = [](io::SimDisk& disk, bool& ok, bool& end) -> Task<void> {
            const auto result = co_await create_store(disk, "/s", kStore, 1);
            ok = result.ok();
            end = true;
        };
        before->post([&] { gate.spawn(run(old, created, ended)); });
        world.run_until([&] { return ended || !media.faults.power(); });
        media.crash();
        world.run_until([&] { return gate.running() == 0; });

        io::SimLoop loop(world);
        io::SimDisk disk(loop, media);
        const auto super = io::run_sim(loop, read_super(disk, "/s"));
        if (created) ASSERT_TRUE(super.ok()) << "seed " << seed;
        if (!super) {
            ASSERT_EQ(super.error().code, Errc::not_found) << "seed " << seed;
            ASSERT_TRUE(io::run_sim(loop, create_store(disk, "/s", kStore, 1)).ok());
        }
        ASSERT_TRUE(io::run_sim(loop, list_segments(disk, log_dir("/s", 0))).ok());
    }
}

}  // namespace
}  // namespace loam
