#include "engine/log/log_writer.h"

#include <gtest/gtest.h>

#include "tests/engine/log/sim_log.h"

namespace loam {
namespace {

using testing::SeenGroup;
using testing::SimLog;
using testing::small_options;
using testing::Txn;
using testing::txns_of;

struct Fixture : ::testing::Test {
    io::SimWorld world{1};
    io::SimMedia media{world};
    Fixture() { SimLog::make_dirs(media); }
};
using LogWriterTest = Fixture;

std::vector<std::size_t> sizes(const std::vector<SeenGroup>& groups) {
    std::vector<std::size_t> counts;
    for (const SeenGroup& group : groups)
        counts.push_back(group.txns.size());
    return counts;
}

TEST_F(LogWriterTest, WhatQueuesWhileAGroupIsInFlightIsTheNextGroup) {
    SimLog log(media);
    ASSERT_TRUE(log.run_start().ok());
    log.groups.clear();
    log.run_submit({{1, {100}}, {2, {0}}, {3, {50, 60}}, {4, {10}}});
    // Alone, the first is written at once; the others wait for it and go together.
    EXPECT_EQ(sizes(log.groups), (std::vector<std::size_t>{1, 3}));
    EXPECT_EQ(txns_of(log.groups),
              (std::vector<Txn>{{1, {100}}, {2, {0}}, {3, {50, 60}}, {4, {10}}}));
    log.run_stop();
    EXPECT_TRUE(log.fatal.empty());
}

TEST_F(LogWriterTest, GroupsStopAtTheTargetAndALargeTransactionGoesAlone) {
    SimLog log(media);
    ASSERT_TRUE(log.run_start().ok());
    log.groups.clear();
    log.run_submit({{1, {0}}, {2, {9000}}, {3, {9000}}, {4, {60'000}}, {5, {0}}, {6, {9000}}});
    EXPECT_EQ(sizes(log.groups), (std::vector<std::size_t>{1, 1, 1, 1, 2}));
    log.run_stop();
}

TEST_F(LogWriterTest, ChunksWaitBehindCommitsButOneGoesWithEveryGroup) {
    SimLog log(media);
    ASSERT_TRUE(log.run_start().ok());
    log.groups.clear();
    log.run_submit({{1, {0}},
                    {10, {9000}, true},
                    {11, {9000}, true},
                    {12, {9000}, true},
                    {2, {9000}},
                    {3, {9000}}});
    std::vector<std::vector<std::uint64_t>> ids;
    for (const SeenGroup& group : log.groups) {
        ids.emplace_back();
        for (const Txn& txn : group.txns)
            ids.back().push_back(txn.id);
    }
    EXPECT_EQ(ids, (std::vector<std::vector<std::uint64_t>>{{1}, {2, 10}, {3, 11}, {12}}));
    log.run_stop();
}

TEST_F(LogWriterTest, WithdrawnChunksAreNeverWritten) {
    SimLog log(media);
    ASSERT_TRUE(log.run_start().ok());
    std::size_t withdrawn = 0;
    log.loop.post([&] {
        log.submit({1, {0}});  // in flight from here on
        log.submit({10, {500}, true});
        log.submit({11, {500}, true});
        withdrawn = log.writer()
                        .withdraw_chunks([](const Submission& submission) {
                            return submission.records.front().cid == Cid{10};
                        })
                        .size();
    });
    ASSERT_TRUE(world.run_until([&] { return log.durable_txns() == 2; }));
    EXPECT_EQ(withdrawn, 1U);
    EXPECT_EQ(log.writer().queued_bytes(), 0U);
    EXPECT_EQ(txns_of(log.groups), (std::vector<Txn>{{1, {0}}, {11, {500}}}));
    log.run_stop();
}

TEST_F(LogWriterTest, WaitsWhenTooMuchIsDurableAndNotApplied) {
    SimLog log(media);
    ASSERT_TRUE(log.run_start().ok());
    log.auto_apply = false;
    log.loop.post([&] {
        for (std::uint64_t id = 1; id <= 20; ++id)
            log.submit({id, {12'000}});
    });
    world.run_until_idle();
    // Groups of 12 KiB: one that begins at 64 KiB or less is still written.
    EXPECT_EQ(log.durable_txns(), 6U);
    log.loop.post([&] { log.writer().applied(log.groups.back().end.end); });
    world.run_until_idle();
    EXPECT_EQ(log.durable_txns(), 12U);
    log.auto_apply = true;
    log.loop.post([&] { log.writer().applied(log.groups.back().end.end); });
    ASSERT_TRUE(world.run_until([&] { return log.durable_txns() == 20; }));
    log.run_stop();
}

TEST_F(LogWriterTest, ANoopGroupVouchesAfterASecondOfRest) {
    SimLog log(media);
    ASSERT_TRUE(log.run_start().ok());
    log.run_submit({{1, {100}}});
    const std::size_t groups = log.groups.size();
    world.advance(std::chrono::milliseconds(900));
    EXPECT_EQ(log.groups.size(), groups);
    world.advance(std::chrono::milliseconds(200));
    EXPECT_EQ(log.groups.size(), groups + 1);
    EXPECT_TRUE(log.groups.back().txns.empty());
    world.advance(std::chrono::minutes(10));
    EXPECT_EQ(log.groups.size(), groups + 1) << "one is enough";
    log.run_stop();
    EXPECT_EQ(log.groups.size(), groups + 1) << "at close too";
}

TEST_F(LogWriterTest, CloseWritesWhatIsQueuedAndVouchesForIt) {
    SimLog log(media);
    ASSERT_TRUE(log.run_start().ok());
    log.groups.clear();
    log.loop.post([&] {
        for (std::uint64_t id = 1; id <= 9; ++id)
            log.submit({id, {5000}});
    });
    log.run_stop();
    EXPECT_EQ(txns_of(log.groups).size(), 9U);
    EXPECT_TRUE(log.groups.back().txns.empty());
}

TEST_F(LogWriterTest, RollsOverSegmentsAndReadsThemBack) {
    std::vector<Txn> txns;
    for (std::uint64_t id = 1; id <= 60; ++id)
        txns.push_back({id, {id * 400, 0, 3}});
    {
        SimLog log(media);
        ASSERT_TRUE(log.run_start().ok());
        for (const Txn& txn : txns)
            log.run_submit({txn});
        EXPECT_GE(log.writer().segment(), 6U);
        EXPECT_EQ(txns_of(log.groups), txns);
        log.run_stop();
    }
    SimLog again(media);
    ASSERT_TRUE(again.run_start().ok());
    EXPECT_EQ(txns_of(again.groups), txns);
    LogReader reader(again.disk, testing::kDir, 2);
    std::size_t record = 0;
    std::uint64_t bytes = 0;
    for (const SeenGroup& group : again.groups) {
        for (const Place& place : group.places) {
            const Txn& txn = txns[record / 3];
            if (place.length == 0) {
                EXPECT_EQ(txn.payload_bytes[record % 3], 0U);
                ++record;
                continue;
            }
            const Result<ByteVector> payload = io::run_sim(again.loop, reader.read(place));
            ASSERT_TRUE(payload.ok()) << payload.error().what;
            EXPECT_EQ(*payload,
                      testing::payload_of(txn.id, record % 3, txn.payload_bytes[record % 3]));
            bytes += payload->size();
            ++record;
        }
    }
    EXPECT_EQ(record, 180U);
    EXPECT_EQ(reader.bytes_read(), bytes);
    EXPECT_LE(reader.open_files(), 2U);
    again.run_stop();
}

TEST_F(LogWriterTest, RefusesWhatNoGroupCanHold) {
    SimLog log(media);
    const std::size_t most = log.writer().group_bytes_max();
    EXPECT_EQ(most, small_options().segment_bytes - 8192);
    EXPECT_TRUE(log.writer().fits(*testing::to_submission({1, {most - 4096}})));
    EXPECT_FALSE(log.writer().fits(*testing::to_submission({1, {most}})));
    EXPECT_FALSE(log.writer().fits(*testing::to_submission({1, {}})));
}

TEST_F(LogWriterTest, AFailedWriteIsFatalOnceAndAcknowledgesNothing) {
    SimLog log(media);
    ASSERT_TRUE(log.run_start().ok());
    world.run_until_idle();  // the next segment is ready
    log.groups.clear();
    media.faults.fail_next(io::DiskOp::write, Errc::io);
    log.loop.post([&] {
        log.submit({1, {100}});
        log.submit({2, {100}});
    });
    ASSERT_TRUE(world.run_until([&] { return !log.fatal.empty(); }));
    log.loop.post([&] { log.submit({3, {100}}); });
    world.run_until_idle();
    log.run_stop();
    EXPECT_EQ(log.fatal.size(), 1U);
    EXPECT_EQ(log.fatal.front().code, Errc::io);
    EXPECT_TRUE(log.groups.empty());
}

TEST_F(LogWriterTest, AFailedSyncOfTheNextSegmentIsFatal) {
    SimLog log(media);
    media.faults.fail_next(io::DiskOp::sync, Errc::io, 1);  // the first is of segment 1
    (void)log.run_start().ok();
    world.run_until_idle();
    log.run_stop();
    EXPECT_EQ(log.fatal.size(), 1U);
}

TEST_F(LogWriterTest, NoRoomForTheNextSegmentIsNotFatal) {
    media.capacity_bytes = 2 * small_options().segment_bytes;
    SimLog log(media);
    ASSERT_TRUE(log.run_start().ok());
    world.run_until_idle();
    EXPECT_FALSE(log.writer().low_space());
    const std::uint64_t room = log.writer().room_bytes();
    log.loop.post([&] {
        for (std::uint64_t id = 1; id <= 20; ++id)
            log.submit({id, {12'000}});
    });
    world.run_until_idle();
    EXPECT_TRUE(log.writer().low_space());
    EXPECT_LT(log.writer().room_bytes(), room);
    EXPECT_LT(log.durable_txns(), 20U);
    EXPECT_TRUE(log.fatal.empty());
    world.advance(std::chrono::seconds(5));
    EXPECT_LT(log.durable_txns(), 20U);
    media.capacity_bytes *= 4;
    ASSERT_TRUE(world.run_until([&] { return log.durable_txns() == 20; }));
    EXPECT_FALSE(log.writer().low_space());
    log.run_stop();
    EXPECT_TRUE(log.fatal.empty());
}

TEST_F(LogWriterTest, ClosesOnAFullDiskWithoutTheTransactionsThatDoNotFit) {
    media.capacity_bytes = 2 * small_options().segment_bytes;
    std::vector<Txn> durable;
    {
        SimLog log(media);
        ASSERT_TRUE(log.run_start().ok());
        log.loop.post([&] {
            for (std::uint64_t id = 1; id <= 30; ++id)
                log.submit({id, {12'000}});
        });
        world.run_until_idle();
        log.run_stop();
        EXPECT_TRUE(log.fatal.empty());
        durable = txns_of(log.groups);
        EXPECT_LT(durable.size(), 30U);
    }
    SimLog again(media);
    media.capacity_bytes *= 2;
    ASSERT_TRUE(again.run_start().ok());
    EXPECT_EQ(txns_of(again.groups), durable);
    again.run_stop();
}

}  // namespace
}  // namespace loam
