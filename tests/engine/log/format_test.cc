#include "engine/log/format.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "engine/codec/le.h"
#include "engine/log/group.h"
#include "tests/engine/log/sim_log.h"

namespace loam {
namespace {

SegmentHeader some_segment() {
    return {.store = testing::kStore,
            .log = 0,
            .segment = 42,
            .signature = 0x1122'3344'5566'7788,
            .previous = 41,
            .previous_chain = {std::byte{9}},
            .created_us = 1'700'000'000'000'000};
}

GroupHeader some_group() {
    return {.signature = 0x1122'3344'5566'7788,
            .lsn = make_lsn(42, 8192),
            .total_bytes = 4096,
            .records = 2,
            .durable = make_lsn(42, 8192),
            .previous_chain = {std::byte{7}},
            .wall_us = -5,
            .flags = kGroupClosed,
            .meta_crc = 0xaabbccdd,
            .meta_bytes = 200};
}

ByteVector encoded(const SegmentHeader& header) {
    ByteVector octets(kSegmentHeaderBytes);
    encode_segment_header(header, std::span(octets).first<kSegmentHeaderBytes>());
    return octets;
}
ByteVector encoded(const GroupHeader& header) {
    ByteVector octets(kGroupHeaderBytes);
    encode_group_header(header, std::span(octets).first<kGroupHeaderBytes>());
    return octets;
}
ByteVector encoded(const RecordHeader& header) {
    ByteVector octets(kRecordHeaderBytes);
    encode_record_header(header, std::span(octets).first<kRecordHeaderBytes>());
    return octets;
}

TEST(LogFormat, Lsn) {
    EXPECT_EQ(make_lsn(1, 4096).value, (std::uint64_t{1} << 32) + 64);
    EXPECT_EQ(lsn_segment(make_lsn(0xffff'ffff, 8192)), 0xffff'ffffU);
    EXPECT_EQ(lsn_offset(make_lsn(7, 256U << 20)), 256U << 20);
}

TEST(LogFormat, SegmentHeaderRoundTripsAndEveryOctetCounts) {
    ByteVector octets = encoded(some_segment());
    const auto back = decode_segment_header(octets);
    ASSERT_TRUE(back.ok());
    EXPECT_EQ(*back, some_segment());
    for (std::size_t i = 0; i < octets.size(); ++i) {
        octets[i] ^= std::byte{0x10};
        EXPECT_FALSE(decode_segment_header(octets).ok()) << i;
        octets[i] ^= std::byte{0x10};
    }
    octets.pop_back();
    EXPECT_FALSE(decode_segment_header(octets).ok());
    EXPECT_FALSE(decode_segment_header(ByteVector(kSegmentHeaderBytes)).ok());
}

TEST(LogFormat, GroupHeaderRoundTripsAndEveryOctetCounts) {
    ByteVector octets = encoded(some_group());
    const auto back = decode_group_header(octets);
    ASSERT_TRUE(back.ok());
    EXPECT_EQ(*back, some_group());
    for (std::size_t i = 0; i < octets.size(); ++i) {
        octets[i] ^= std::byte{0x10};
        EXPECT_FALSE(decode_group_header(octets).ok()) << i;
        octets[i] ^= std::byte{0x10};
    }
}

/// Puts a field into an encoded group header and makes its checksum right again.
ByteVector with_u32(std::size_t offset, std::uint32_t value) {
    ByteVector octets = encoded(some_group());
    store_le32(std::span(octets).subspan(offset).first<4>(), value);
    const std::uint32_t front = signed_crc(some_group().signature, Bytes(octets).first(72));
    store_le32(std::span(octets).subspan<72, 4>(), crc32c(Bytes(octets).subspan(76), front));
    return octets;
}

struct Case {
    const char* why;
    std::size_t offset;
    std::uint32_t value;
    bool good;
};

TEST(LogFormat, GroupHeaderRefusals) {
    const Case cases[] = {
        {"as it was", 24, 4096, true},
        {"another segment than the LSN says", 8, 43, false},
        {"not a multiple of 4 KiB", 24, 4097, false},
        {"longer than any group", 24, (32U << 20) + 4096, false},
        {"the longest group", 24, 32U << 20, true},
        {"no room for its own header", 24, 0, false},
        {"no records", 28, 0, false},
        {"more records than fit the table", 28, 5, false},
        {"durable beyond itself", 36, 43, false},
        {"an unknown flag", 64, 2, false},
        {"metas longer than the group", 76, 4096, false},
        {"metas to the end of the group", 76, 4000, true},
        {"a reserved octet", 92, 1, false},
    };
    for (const Case& c : cases) {
        const auto header = decode_group_header(with_u32(c.offset, c.value));
        EXPECT_EQ(header.ok(), c.good) << c.why;
    }
}

TEST(LogFormat, RecordHeaders) {
    const RecordHeader header{.type = RecordType::append,
                              .version = 1,
                              .flags = 0,
                              .account = AccountId{77},
                              .cid = Cid{88},
                              .txn = 3,
                              .meta_bytes = 120,
                              .payload_offset = 640,
                              .payload_bytes = 4321,
                              .payload_xxh3 = 0x0123'4567'89ab'cdef};
    const ByteVector octets = encoded(header);
    const auto back = decode_record_header(octets);
    ASSERT_TRUE(back.ok());
    EXPECT_EQ(*back, header);
    const auto refused = [&](std::size_t at, unsigned value) {
        ByteVector changed = octets;
        changed[at] = std::byte(value);
        const auto result = decode_record_header(changed);
        return result ? std::string("taken") : std::string(to_string(result.error().code));
    };
    EXPECT_EQ(refused(0, 0), "corrupt") << "type 0";
    EXPECT_EQ(refused(0, 15), "unsupported") << "a type kept for later";
    EXPECT_EQ(refused(1, 1), "unsupported") << "a type far away";
    EXPECT_EQ(refused(3, 1), "unsupported") << "payload_ref";
    EXPECT_EQ(refused(28, 129), "corrupt") << "payload not aligned";
    ByteVector no_payload = octets;
    std::fill_n(no_payload.begin() + 32, 8, std::byte{0});
    EXPECT_FALSE(decode_record_header(no_payload).ok()) << "an offset without a payload";
    EXPECT_FALSE(decode_record_header(Bytes(octets).first(47)).ok());
}

TEST(LogFormat, GroupsRoundTripWhateverTheyHold) {
    std::vector<std::unique_ptr<Submission>> batch;
    batch.push_back(testing::to_submission({1, {100, 0, 64}}));
    batch.push_back(testing::to_submission({2, {5000}}));
    GroupSize size;
    for (const auto& submission : batch)
        size.add(*submission);
    ByteVector octets(size.total_bytes(), std::byte{0xee});  // stale memory
    GroupHeader header;
    header.signature = 5;
    header.lsn = make_lsn(1, 8192);
    header.durable = header.lsn;
    const Hash128 chain = assemble_group(header, batch, octets);
    const auto decoded = decode_group_header(octets);
    ASSERT_TRUE(decoded.ok());
    ASSERT_TRUE(metas_intact(*decoded, octets));
    const auto group = parse_group(*decoded, octets);
    ASSERT_TRUE(group.ok());
    EXPECT_EQ(group->end.chain, chain);
    ASSERT_EQ(group->records.size(), 4U);
    EXPECT_EQ(group->records[3].header.txn, 1U);
    EXPECT_EQ(group->records[0].payload, batch[0]->payload_places[0]);
    for (const ScannedRecord& record : group->records) {
        if (record.payload.length == 0) continue;
        EXPECT_EQ(record.payload.offset % 64, 0U);
        const Bytes payload =
            Bytes(octets).subspan(record.payload.offset - 8192, record.payload.length);
        EXPECT_EQ(xxh3_64(payload), record.payload.xxh3);
    }
    EXPECT_EQ(std::ranges::count(octets, std::byte{0xee}),
              std::ranges::count(testing::payload_of(1, 0, 100), std::byte{0xee}) +
                  std::ranges::count(testing::payload_of(1, 2, 64), std::byte{0xee}) +
                  std::ranges::count(testing::payload_of(2, 0, 5000), std::byte{0xee}) +
                  std::ranges::count(Bytes(octets).first(kGroupHeaderBytes + decoded->meta_bytes),
                                     std::byte{0xee}))
        << "no stale memory reaches the disk";
}

TEST(LogFormat, ThePayloadIsNotInTheChain) {
    std::vector<std::unique_ptr<Submission>> batch;
    batch.push_back(testing::to_submission({1, {100}}));
    ByteVector octets(4096);
    GroupHeader header;
    header.lsn = make_lsn(1, 4096);
    const Hash128 chain = assemble_group(header, batch, octets);
    const auto decoded = decode_group_header(octets);
    std::fill(octets.begin() + static_cast<std::ptrdiff_t>(lsn_offset(Lsn{}) + 256), octets.end(),
              std::byte{0});  // as an erasure does
    ASSERT_TRUE(metas_intact(*decoded, octets));
    EXPECT_EQ(parse_group(*decoded, octets)->end.chain, chain);
}

}  // namespace
}  // namespace loam
