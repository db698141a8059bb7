#include "engine/record/record.h"

#include <algorithm>
#include <iterator>

#include <gtest/gtest.h>

#include "tests/engine/record/random_records.h"

namespace loam {
namespace {

using testing::RandomRecords;

constexpr RecordType kAllTypes[] = {
    RecordType::noop,    RecordType::append, RecordType::chunk,   RecordType::abort,
    RecordType::copy,    RecordType::move,   RecordType::flags,   RecordType::expunge,
    RecordType::mailbox, RecordType::quota,  RecordType::account, RecordType::checkpoint,
    RecordType::erase,   RecordType::erased, RecordType::vtrim,   RecordType::snapshot,
};

Result<Record> decode(RecordType type, Bytes meta) {
    return decode_meta(type, meta_version(type), meta);
}

TEST(Record, RoundTripsEveryType) {
    RandomRecords random(11);
    for (const RecordType type : kAllTypes) {
        for (int round = 0; round < 300; ++round) {
            const Record record = random.record_of(type);
            EXPECT_EQ(type_of(record), type);
            const ByteVector meta = encode_meta(record);
            const Result<Record> back = decode(type, meta);
            ASSERT_TRUE(back.ok()) << back.error().what;
            EXPECT_EQ(*back, record) << "type " << static_cast<int>(type) << " round " << round;
            EXPECT_EQ(encode_meta(*back), meta);
        }
    }
}

TEST(Record, RefusesEveryPrefixAndOctetsLeftOver) {
    RandomRecords random(12);
    for (const RecordType type : kAllTypes) {
        ByteVector meta = encode_meta(random.record_of(type));
        for (std::size_t size = 0; size < meta.size(); ++size)
            EXPECT_FALSE(decode(type, Bytes(meta).first(size)).ok());
        meta.push_back(std::byte{0});
        EXPECT_FALSE(decode(type, meta).ok());
    }
}

TEST(Record, ChangedOctetsNeverCrash) {
    RandomRecords random(13);
    for (int round = 0; round < 3000; ++round) {
        const Record record = random.record();
        ByteVector meta = encode_meta(record);
        const std::uint64_t changes = 1 + random.below(4);
        for (std::uint64_t i = 0; i < changes; ++i)
            meta[random.below(meta.size())] = std::byte(random.below(256));
        const Result<Record> back = decode(type_of(record), meta);
        if (!back) {
            EXPECT_EQ(back.error().code, Errc::corrupt);
            continue;
        }
        const Result<Record> again = decode(type_of(record), encode_meta(*back));
        ASSERT_TRUE(again.ok());
        EXPECT_EQ(*again, *back);
    }
}

TEST(Record, VersionsAndTypes) {
    const ByteVector meta = encode_meta(QuotaRecord{});
    EXPECT_EQ(decode_meta(RecordType::quota, 2, meta).error().code, Errc::unsupported);
    EXPECT_EQ(decode_meta(RecordType::quota, 0, meta).error().code, Errc::corrupt);
    EXPECT_EQ(decode_meta(RecordType{15}, 1, meta).error().code, Errc::corrupt);
    for (std::uint16_t number = 0; number < 30; ++number) {
        const bool known = std::ranges::find(kAllTypes, RecordType{number}) != std::end(kAllTypes);
        EXPECT_EQ(is_known(RecordType{number}), known) << number;
    }
    EXPECT_EQ(decode_meta(RecordType{0}, 1, meta).error().code, Errc::corrupt);
}

TEST(Record, ACopyOfManyMessagesIsSmall) {
    RandomRecords random(14);
    CopyRecord record;
    std::int64_t date = 1'500'000'000;
    for (std::uint32_t i = 0; i < 100'000; ++i) {
        MessageRow row;
        row.uid = Uid{5000 + i};
        row.cid = Cid{70'000 + i};
        row.internal_date_s = date += static_cast<std::int64_t>(random.below(7200));
        row.save_date_s = 1'700'000'000;
        row.size = 1000 + random.below(100'000);
        row.modseq = Modseq{900'000};
        row.flags = kFlagSeen;
        record.rows.push_back(row);
        record.counts.push_back({row.cid, 2});
    }
    const ByteVector meta = encode_meta(record);
    EXPECT_LT(meta.size(), record.rows.size() * 6);
    const Result<Record> back = decode(RecordType::copy, meta);
    ASSERT_TRUE(back.ok());
    EXPECT_EQ(*back, Record{record});
}

TEST(Record, FlagsForAWholeMailboxAreAFewOctets) {
    FlagsRecord record;
    record.modseq = Modseq{1'000'000};
    record.runs.push_back({UidSet{{Uid{1}, Uid{1'000'000}}}, kFlagSeen, 0});
    EXPECT_LT(encode_meta(record).size(), 60U);
}

}  // namespace
}  // namespace loam
