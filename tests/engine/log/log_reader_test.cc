#include "engine/log/log_reader.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "engine/log/dump.h"
#include "engine/log/segment_files.h"
#include "tests/engine/log/sim_log.h"

namespace loam {
namespace {

using testing::kDir;
using testing::SimLog;

struct LogReaderTest : ::testing::Test {
    io::SimWorld world{6};
    io::SimMedia media{world};
    std::vector<Place> places;
    LogReaderTest() {
        SimLog::make_dirs(media);
        LogWriterOptions options = testing::small_options();
        options.segment_bytes = 6 * 4096;
        SimLog log(media, options);
        LOAM_CHECK(log.run_start().ok());
        for (std::uint64_t id = 1; id <= 12; ++id)
            log.run_submit({{id, {1000}}});
        log.run_stop();
        for (const auto& group : log.groups)
            places.insert(places.end(), group.places.begin(), group.places.end());
    }
    io::SimLoop loop{world};
    io::SimDisk disk{loop, media};
};

TEST_F(LogReaderTest, ReadsWholePlacesAndParts) {
    LogReader reader(disk, kDir);
    const auto whole = io::run_sim(loop, reader.read(places[4]));
    ASSERT_TRUE(whole.ok());
    EXPECT_EQ(*whole, testing::payload_of(5, 0, 1000));
    const auto part = io::run_sim(loop, reader.read_part(places[4], 10, 20));
    ASSERT_TRUE(part.ok());
    EXPECT_TRUE(std::ranges::equal(*part, Bytes(*whole).subspan(10, 20)));
    EXPECT_EQ(reader.bytes_read(), 1020U);
    EXPECT_EQ(io::run_sim(loop, reader.read_part(places[4], 990, 11)).error().code, Errc::corrupt);
}

TEST_F(LogReaderTest, KeepsFewFilesOpenAndNoneThatIsForgotten) {
    LogReader reader(disk, kDir, 2);
    for (const Place& place : places)
        ASSERT_TRUE(io::run_sim(loop, reader.read(place)).ok());
    EXPECT_EQ(reader.open_files(), 2U);
    reader.forget(lsn_segment(places.back().group));
    EXPECT_EQ(reader.open_files(), 1U);
}

Task<void> read_into_list(LogReader& reader, Place place, std::vector<bool>& good) {
    const Result<ByteVector> octets = co_await reader.read(place);
    good.push_back(octets.ok());
}

TEST_F(LogReaderTest, ManyReadsAtOnceShareFiles) {
    LogReader reader(disk, kDir, 1);
    io::Gate gate;
    std::vector<bool> good;
    loop.post([&] {
        for (const Place& place : places)
            gate.spawn(read_into_list(reader, place, good));
    });
    ASSERT_TRUE(world.run_until([&] { return good.size() == places.size(); }));
    EXPECT_EQ(std::ranges::count(good, true), std::ssize(places));
    EXPECT_EQ(reader.open_files(), 1U);
}

TEST_F(LogReaderTest, DamageNamesSegmentAndOffset) {
    ASSERT_TRUE(media.flip(segment_path(kDir, 1), places[0].offset + 7, 2).ok());
    LogReader reader(disk, kDir);
    const auto damaged = io::run_sim(loop, reader.read(places[0]));
    ASSERT_FALSE(damaged.ok());
    EXPECT_EQ(damaged.error().code, Errc::corrupt);
    EXPECT_NE(damaged.error().what.find("00000001.seg at " + std::to_string(places[0].offset)),
              std::string::npos);
    EXPECT_TRUE(io::run_sim(loop, reader.read(places[1])).ok()) << "the others are not touched";
    Place elsewhere = places[0];
    elsewhere.group.value += std::uint64_t{100} << 32;
    EXPECT_EQ(io::run_sim(loop, reader.read(elsewhere)).error().code, Errc::corrupt);
    Place beyond = places[0];
    beyond.offset += 1 << 20;
    EXPECT_EQ(io::run_sim(loop, reader.read(beyond)).error().code, Errc::corrupt);
}

std::vector<std::string> dump(io::SimLoop& loop, io::SimDisk& disk, SegmentId segment) {
    std::vector<std::string> lines;
    const Status status =
        io::run_sim(loop, dump_segment(disk, segment_path(kDir, segment),
                                       [&](std::string_view line) { lines.emplace_back(line); }));
    LOAM_CHECK(status.ok());
    return lines;
}

TEST_F(LogReaderTest, DumpTellsWhatStandsInASegment) {
    const std::vector<std::string> lines = dump(loop, disk, 1);
    ASSERT_EQ(lines.size(), 7U);
    EXPECT_TRUE(lines[0].starts_with("{\"segment\":1,\"log\":0,\"store\":\"0102030000"));
    EXPECT_NE(lines[2].find("\"type\":\"abort\",\"version\":1,\"account\":101,\"cid\":1,\"txn\":0"),
              std::string::npos)
        << lines[2];
    EXPECT_NE(lines[2].find("\"payload_bytes\":1000"), std::string::npos);
    EXPECT_NE(lines[5].find("\"closed\":true"), std::string::npos);
    EXPECT_EQ(lines[6], "{\"end\":24576}");
}

TEST_F(LogReaderTest, DumpGoesOnAsFarAsItCan) {
    ASSERT_TRUE(media.flip(segment_path(kDir, 2), 20, 0).ok());
    ASSERT_TRUE(media.flip(segment_path(kDir, 2), 3 * 4096 + 8, 0).ok());
    const std::vector<std::string> lines = dump(loop, disk, 2);
    ASSERT_EQ(lines.size(), 4U);
    EXPECT_EQ(lines[0], "{\"invalid\":0,\"why\":\"segment header: checksum\"}");
    EXPECT_EQ(lines[3], "{\"invalid\":12288,\"why\":\"no group header\"}");
}

}  // namespace
}  // namespace loam
