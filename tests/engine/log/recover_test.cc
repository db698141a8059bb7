// Torn tail or damage: what recovery takes, cuts off and refuses. docs/format/log.md, section 6.
#include "engine/log/recover.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "engine/codec/le.h"
#include "engine/log/group.h"
#include "engine/log/segment_files.h"
#include "tests/engine/log/sim_log.h"

namespace loam {
namespace {

using testing::kDir;
using testing::kStore;
using testing::SeenGroup;
using testing::SimLog;
using testing::Txn;
using testing::txns_of;

const std::vector<Txn> kTxns = {{1, {300}}, {2, {5000, 0}}, {3, {0}}, {4, {9000}}, {5, {700}}};

/// A log of one group a transaction, and where its groups lie.
struct Written {
    io::SimWorld world{3};
    io::SimMedia media{world};
    std::vector<SeenGroup> groups;  // the NOOP group of the start comes first

    explicit Written(bool vouched, LogWriterOptions options = testing::small_options(),
                     const std::vector<Txn>& txns = kTxns) {
        SimLog::make_dirs(media);
        SimLog log(media, options);
        LOAM_CHECK(log.run_start().ok());
        for (const Txn& txn : txns)
            log.run_submit({txn});
        if (vouched) {
            log.run_stop();
        } else {
            log.power_cut();
        }
        groups = log.groups;
    }

    /// Where group `i` begins in segment 1; -1 is the last one.
    std::uint64_t begin(std::size_t i) const {
        return i == 0 ? kSegmentHeaderBytes : lsn_offset(groups[i - 1].end.end);
    }
    void flip(std::uint64_t offset, SegmentId segment = 1) {
        LOAM_CHECK(media.flip(segment_path(kDir, segment), offset, 3).ok());
    }
    void put(std::uint64_t offset, Bytes octets, SegmentId segment = 1) {
        io::SimLoop loop(world);
        io::SimDisk disk(loop, media);
        auto file = io::run_sim(loop, disk.open(segment_path(kDir, segment), io::OpenMode::write));
        LOAM_CHECK(file.ok());
        LOAM_CHECK(io::run_sim(loop, (*file)->write(offset, octets)).ok());
        LOAM_CHECK(io::run_sim(loop, (*file)->sync()).ok());
    }
    ByteVector octets(std::uint64_t offset, std::uint64_t end) {
        io::SimLoop loop(world);
        io::SimDisk disk(loop, media);
        auto file = io::run_sim(loop, disk.open(segment_path(kDir, 1), io::OpenMode::read));
        LOAM_CHECK(file.ok());
        ByteVector read(end - offset);
        LOAM_CHECK(io::run_sim(loop, (*file)->read(offset, read)).ok());
        return read;
    }
    void unlink(SegmentId segment) {
        io::SimLoop loop(world);
        io::SimDisk disk(loop, media);
        LOAM_CHECK(io::run_sim(loop, disk.unlink(segment_path(kDir, segment))).ok());
    }
    /// Recovers, and stops again where that worked.
    Status recover(std::vector<Txn>& txns, LogPosition from = {}) {
        SimLog log(media);
        const Status started = log.run_start(from);
        if (started) log.run_stop();
        txns = txns_of(
            {log.groups.begin(), log.groups.begin() + static_cast<std::ptrdiff_t>(log.recovered)});
        tail = log.tail;
        return started;
    }
    LogTail tail;
};

std::vector<Txn> first_of(const std::vector<Txn>& txns, std::size_t count) {
    return {txns.begin(), txns.begin() + static_cast<std::ptrdiff_t>(count)};
}

Task<Status> accept() {
    co_return Status::good();
}

struct Damage {
    const char* why;
    bool vouched;           ///< a NOOP group follows the last transaction
    std::size_t group;      ///< the damaged one, counted from the NOOP group at the start
    std::uint64_t offset;   ///< in the group
    std::size_t recovered;  ///< transactions; kRefused: none of it
};
constexpr std::size_t kRefused = 99;

TEST(Recover, DecidesByWhatLaterGroupsVouchFor) {
    const Damage cases[] = {
        {"a header in the middle", true, 2, 20, kRefused},
        {"a header checksum in the middle", true, 2, 72, kRefused},
        {"the reserved octets of a header", true, 2, 90, kRefused},
        {"a record header in the middle", true, 2, 100, kRefused},
        {"a meta in the middle", true, 2, 96 + 2 * 48 + 1, kRefused},
        {"a payload in the middle is one message's damage", true, 2, 4096, 5},
        {"padding is nobody's", true, 1, 4095, 5},
        {"the header of the last transaction, vouched for by the NOOP group", true, 5, 8, kRefused},
        {"a payload of the last transaction, vouched for", true, 5, 96 + 48 + 64, 5},
        {"the vouching group itself: it acknowledged nothing", true, 6, 16, 5},
        {"the header of the last transaction, vouched for by nobody", false, 5, 8, 4},
        {"its meta", false, 5, 96 + 48, 4},
        {"its payload", false, 5, 96 + 48 + 64, 4},
        {"the one before the last, which the last vouches for", false, 4, 30, kRefused},
        {"a payload before the last", false, 4, 8000, 5},
        {"the very first group", true, 0, 40, kRefused},
    };
    for (const Damage& c : cases) {
        Written log(c.vouched);
        log.flip(log.begin(c.group) + c.offset);
        std::vector<Txn> txns;
        const Status status = log.recover(txns);
        if (c.recovered == kRefused) {
            ASSERT_FALSE(status.ok()) << c.why;
            EXPECT_EQ(status.error().code, Errc::corrupt) << c.why;
            const std::string where = "00000001.seg at " + std::to_string(log.begin(c.group));
            EXPECT_NE(status.error().what.find(where), std::string::npos)
                << c.why << ": " << status.error().what;
        } else {
            ASSERT_TRUE(status.ok()) << c.why << ": " << status.error().what;
            EXPECT_EQ(txns, first_of(kTxns, c.recovered)) << c.why;
        }
    }
}

TEST(Recover, AGroupOfAnotherHistoryIsNotTakenForTheOneThatWasThere) {
    std::vector<Txn> others = kTxns;
    others[1] = {2, {5001, 0}};
    Written other(true, testing::small_options(), others);
    Written log(true);
    ASSERT_EQ(other.begin(2), log.begin(2));
    ASSERT_EQ(other.begin(3), log.begin(3));
    log.put(log.begin(2), other.octets(log.begin(2), log.begin(3)));
    std::vector<Txn> txns;
    const Status status = log.recover(txns);
    ASSERT_FALSE(status.ok()) << "a whole group, but the next one follows another";
    EXPECT_NE(status.error().what.find("does not follow the one before it"), std::string::npos)
        << status.error().what;
}

TEST(Recover, DamageNamesTheAccountsThatCanStillBeRead) {
    Written log(true);
    log.flip(log.begin(2) + 96 + 2 * 48 + 1);  // the meta of transaction 2, account 102
    std::vector<Txn> txns;
    const Status status = log.recover(txns);
    ASSERT_FALSE(status.ok());
    EXPECT_NE(status.error().what.find("accounts 102"), std::string::npos) << status.error().what;
}

TEST(Recover, CutsOffGarbageAndGoesOnBehindTheLastGroup) {
    Written log(true);
    const std::uint64_t end = lsn_offset(log.groups.back().end.end);
    log.put(end + 100, ByteVector(9000, std::byte{0x5a}));
    std::vector<Txn> txns;
    ASSERT_TRUE(log.recover(txns).ok());
    EXPECT_EQ(txns, kTxns);
    EXPECT_EQ(log.tail.offset, end);
    EXPECT_EQ(log.tail.torn_bytes, 9100U);
    ASSERT_TRUE(log.recover(txns).ok());
    EXPECT_EQ(log.tail.torn_bytes, 0U);
    EXPECT_EQ(log.tail.offset, end + 4096) << "behind the NOOP group of the recovery";
}

TEST(Recover, InspectingTouchesNothing) {
    Written log(false);
    const std::uint64_t end = lsn_offset(log.groups.back().end.end);
    log.put(end, ByteVector(10, std::byte{0x5a}));
    for (int i = 0; i < 2; ++i) {
        io::SimLoop loop(log.world);
        io::SimDisk disk(loop, log.media);
        std::size_t groups = 0;
        GroupVisitor visit = [&groups](const ScannedGroup&) {
            ++groups;
            return accept();
        };
        const ScanOptions options{.store = kStore};
        const auto tail = io::run_sim(loop, inspect_log(disk, kDir, options, {}, visit));
        ASSERT_TRUE(tail.ok());
        EXPECT_EQ(groups, log.groups.size());
        EXPECT_EQ(tail->torn_bytes, 10U);
    }
}

TEST(Recover, StartsAtEveryGroupBoundaryAndNowhereElse) {
    Written log(true);
    for (std::size_t i = 0; i < log.groups.size(); ++i) {
        Written again(true);
        std::vector<Txn> txns;
        ASSERT_TRUE(again.recover(txns, log.groups[i].end).ok());
        EXPECT_EQ(txns.size(), kTxns.size() - std::min(i, kTxns.size()));
    }
    std::vector<Txn> txns;
    LogPosition wrong_chain = log.groups[3].end;
    wrong_chain.chain[5] ^= std::byte{1};
    EXPECT_EQ(log.recover(txns, wrong_chain).error().code, Errc::corrupt);
    LogPosition wrong_end = log.groups[3].end;
    wrong_end.end.value += 64;
    EXPECT_EQ(log.recover(txns, wrong_end).error().code, Errc::corrupt);
    LogPosition beyond = log.groups.back().end;
    beyond.end.value += 1 << 20;
    EXPECT_EQ(log.recover(txns, beyond).error().code, Errc::corrupt);
    LogPosition other_segment = log.groups.back().end;
    other_segment.end.value += std::uint64_t{7} << 32;
    EXPECT_EQ(log.recover(txns, other_segment).error().code, Errc::corrupt);
}

TEST(Recover, DamageBeforeThePositionIsNotLookedAt) {
    Written log(true);
    log.flip(log.begin(1) + 8);
    log.flip(16, 1);  // the segment's header as well
    std::vector<Txn> txns;
    ASSERT_TRUE(log.recover(txns, log.groups[3].end).ok());
    EXPECT_EQ(txns, std::vector<Txn>(kTxns.begin() + 3, kTxns.end()));
}

TEST(Recover, SyncsBeforeAnythingIsApplied) {
    Written log(true);
    log.media.faults.fail_next(io::DiskOp::sync, Errc::io);
    std::vector<Txn> txns;
    EXPECT_EQ(log.recover(txns).error().code, Errc::io);
    EXPECT_TRUE(txns.empty());
}

TEST(Recover, AnEmptyLogIsNotDamaged) {
    io::SimWorld world(4);
    io::SimMedia media(world);
    SimLog::make_dirs(media);
    SimLog log(media);
    ASSERT_TRUE(log.run_start().ok());
    EXPECT_EQ(log.tail.segment, 0U);
    EXPECT_EQ(log.recovered, 0U);
    log.run_stop();
}

/// Segments of four groups each.
LogWriterOptions tiny() {
    LogWriterOptions options = testing::small_options();
    options.segment_bytes = 6 * 4096;
    return options;
}

const std::vector<Txn> kMany = {{1, {10}}, {2, {10}}, {3, {10}}, {4, {10}}, {5, {10}},
                                {6, {10}}, {7, {10}}, {8, {10}}, {9, {10}}};

struct SegmentDamage {
    const char* why;
    std::size_t txns;  ///< the first three lie in segment 1, four more in segment 2
    SegmentId segment;
    std::uint64_t offset;
    bool refused;
};

TEST(Recover, DecidesAcrossSegments) {
    const SegmentDamage cases[] = {
        {"the closing group, with the next segment begun", 9, 1, 5 * 4096 + 8, true},
        {"the last group before the closing one", 9, 1, 4 * 4096 + 8, true},
        {"a segment's header is not missed while groups follow", 9, 2, 20, false},
        {"the signature in the header", 9, 2, 40, false},
        {"the first group of a segment, with another behind it", 9, 3, 4096 + 8, true},
        {"the first group of the last segment: nothing vouches", 8, 3, 4096 + 8, false},
        {"a closing group that the next segment's header vouches for", 7, 1, 5 * 4096 + 90, true},
    };
    for (const SegmentDamage& c : cases) {
        Written log(false, tiny(), first_of(kMany, c.txns));
        log.flip(c.offset, c.segment);
        std::vector<Txn> txns;
        const Status status = log.recover(txns);
        EXPECT_EQ(!status.ok(), c.refused) << c.why;
        if (!status) EXPECT_EQ(status.error().code, Errc::corrupt) << c.why;
        if (status) EXPECT_EQ(log.tail.damaged_headers, c.offset < 4096 ? 1U : 0U) << c.why;
    }
}

TEST(Recover, AMissingSegmentIsDamage) {
    for (const SegmentId segment : {1U, 2U, 3U}) {
        Written log(true, tiny(), kMany);
        ASSERT_EQ(lsn_segment(log.groups.back().end.end), 3U);
        log.unlink(segment);
        if (segment == 3) log.unlink(4);
        std::vector<Txn> txns;
        const Status status = log.recover(txns);
        ASSERT_FALSE(status.ok()) << segment;
        EXPECT_NE(status.error().what.find(segment_path(kDir, segment) + ": missing"),
                  std::string::npos)
            << status.error().what;
    }
}

TEST(Recover, ASegmentOfAnotherStoreIsRefused) {
    Written log(true);
    SimLog other(log.media);
    const ScanOptions options{.store = StoreId{std::byte{9}}};
    GroupVisitor visit = [](const ScannedGroup&) { return accept(); };
    const auto tail = io::run_sim(other.loop, recover_log(other.disk, kDir, options, {}, visit));
    ASSERT_FALSE(tail.ok());
    EXPECT_EQ(tail.error().code, Errc::corrupt);
}

/// A whole group as an octet string: as it would have to look at `offset` of segment 1.
ByteVector forged_group(std::uint64_t signature, std::uint64_t offset) {
    GroupHeader header;
    header.signature = signature;
    header.lsn = make_lsn(1, offset);
    header.durable = header.lsn;
    ByteVector octets(4096);
    assemble_group(header, {}, octets);
    return octets;
}

TEST(Recover, AGroupThatAUserSentIsNotTakenForOne) {
    // The last transaction carries, on the grid of groups, what would vouch for everything before
    // it, and is then torn. Only the signature tells it from a group of ours.
    for (const bool knows_signature : {false, true}) {
        Written log(false);
        const std::uint64_t last = log.begin(5);
        const std::uint64_t signature = [&] {
            SimLog look(log.media);
            LOAM_CHECK(look.run_start().ok());
            const std::uint64_t found = look.tail.signature;
            look.power_cut();
            return found;
        }();
        log.flip(last + 8);
        log.put(last + 4096, ByteVector(8192));  // the NOOP group of the look
        log.put(last + 8192, forged_group(knows_signature ? signature : 12345, last + 8192));
        std::vector<Txn> txns;
        EXPECT_EQ(log.recover(txns).ok(), !knows_signature);
    }
}

}  // namespace
}  // namespace loam
