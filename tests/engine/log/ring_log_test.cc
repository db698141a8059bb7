// The log on the file system that the tests run on: direct writes, large groups, real time.
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/io/block_on.h"
#include "engine/io/ring_disk.h"
#include "engine/io/workers.h"
#include "engine/log/log_reader.h"
#include "engine/log/log_writer.h"
#include "engine/log/recover.h"
#include "engine/log/segment_files.h"
#include "engine/log/super.h"
#include "tests/support/temp_dir.h"

namespace loam {
namespace {

constexpr StoreId kStore{std::byte{4}};
constexpr std::size_t kLargeBytes = 5U << 20;
constexpr std::size_t kTxns = 40;

/// Every eighth payload is a large one.
ByteVector payload_of(std::size_t i) {
    return ByteVector(i % 8 == 7 ? kLargeBytes : 3000 + i, std::byte(i));
}

std::unique_ptr<Submission> transaction(std::size_t i) {
    auto submission = std::make_unique<Submission>();
    submission->records.push_back(
        encode_record(AccountId{1}, Cid{i}, AbortRecord{.upload = i}, payload_of(i)));
    return submission;
}

struct RingLogTest : testing::Test {
    TempDir root;
    io::ThreadWorkers workers{2};
    std::unique_ptr<io::Reactor> reactor = *io::Reactor::create(workers);
    io::RingDisk disk{*reactor};
    std::string dir = log_dir(root.path(), 0);
    std::vector<Place> places;
    std::size_t recovered = 0;

    Task<Status> take(ScannedGroup group) {
        for (const ScannedRecord& record : group.records) {
            if (record.header.type == RecordType::abort) ++recovered;
        }
        co_return Status::good();
    }
    Result<LogTail> recover() {
        GroupVisitor visit = [this](ScannedGroup group) { return take(std::move(group)); };
        const ScanOptions options{.store = kStore};
        return io::block_on(*reactor, recover_log(disk, dir, options, {}, std::move(visit)));
    }
    void write_all(LogTail tail) {
        LogWriter* running = nullptr;
        LogWriterOptions options;
        options.segment_bytes = 16U << 20;
        LogWriter writer(*reactor, disk, dir, kStore, options,
                         {.on_durable =
                              [&](DurableGroup group) {
                                  for (const auto& submission : group.submissions)
                                      places.push_back(submission->payload_places.front());
                                  running->applied(group.end.end);
                              },
                          .on_fatal = [](Error error) { FAIL() << error.what; }});
        running = &writer;
        const Status opened = io::block_on(*reactor, writer.open(tail));
        ASSERT_TRUE(opened) << opened.error().what;
        for (std::size_t i = 0; i < kTxns; ++i)
            writer.submit(transaction(i));
        io::block_on(*reactor, writer.close());
        EXPECT_EQ(writer.stats().transactions, kTxns);
    }
};

TEST_F(RingLogTest, WritesReadsAndRecovers) {
    ASSERT_TRUE(io::block_on(*reactor, create_store(disk, root.path(), kStore, 1)));
    const Result<LogTail> empty = recover();
    ASSERT_TRUE(empty);
    write_all(*empty);
    ASSERT_EQ(places.size(), kTxns);
    LogReader reader(disk, dir);
    for (std::size_t i = 0; i < kTxns; ++i) {
        const Result<ByteVector> payload = io::block_on(*reactor, reader.read(places[i]));
        ASSERT_TRUE(payload) << payload.error().what;
        ASSERT_EQ(*payload, payload_of(i));
    }
    const Result<LogTail> tail = recover();
    ASSERT_TRUE(tail) << tail.error().what;
    EXPECT_EQ(recovered, kTxns);
    EXPECT_GE(tail->segment, 2U);
    EXPECT_EQ(tail->torn_bytes, 0U);
    write_all(*tail);  // goes on behind
    recovered = 0;
    ASSERT_TRUE(recover());
    EXPECT_EQ(recovered, 2 * kTxns);
}

}  // namespace
}  // namespace loam
