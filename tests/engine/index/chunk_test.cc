#include "engine/index/chunk.h"

#include <random>

#include <gtest/gtest.h>

#include "engine/base/bytes.h"
#include "engine/codec/varint.h"
#include "engine/index/values.h"

namespace loam::index {
namespace {

MessageRow row_of(std::uint32_t uid) {
    return {.uid = Uid{uid},
            .cid = Cid{1000 + uid},
            .internal_date_s = 1'700'000'000 + uid * 61,
            .internal_zone_min = 120,
            .save_date_s = 1'700'000'500 + uid * 61,
            .size = 4000 + uid * 37 % 900,
            .modseq = Modseq{uid + 5},
            .flags = static_cast<std::uint8_t>(uid % 3 == 0 ? kFlagSeen : kFlagDeleted),
            .keywords = uid % 7};
}

std::vector<MessageRow> rows_of(std::uint32_t first, std::uint32_t count) {
    std::vector<MessageRow> rows;
    for (std::uint32_t i = 0; i < count; ++i)
        rows.push_back(row_of(first + i));
    return rows;
}

/// Rows as wild as they can be.
std::vector<MessageRow> random_rows(std::mt19937_64& random, std::size_t count) {
    std::vector<MessageRow> rows;
    std::uint32_t uid = 0;
    for (std::size_t i = 0; i < count; ++i) {
        uid += 1 + static_cast<std::uint32_t>(random() % (0xffffffffU / kChunkRowsMax));
        rows.push_back({.uid = Uid{uid},
                        .cid = Cid{random()},
                        .internal_date_s = static_cast<std::int64_t>(random()),
                        .internal_zone_min = static_cast<std::int16_t>(random()),
                        .save_date_s = static_cast<std::int64_t>(random()),
                        .size = random() >> 10,
                        .modseq = Modseq{random() >> 1},
                        .flags = static_cast<std::uint8_t>(random() % 32),
                        .keywords = random()});
    }
    return rows;
}

TEST(Chunk, ComesBackAsItWas) {
    std::mt19937_64 random(1);
    for (const std::size_t count : {1U, 2U, 63U, 256U, 512U}) {
        for (int round = 0; round < 10; ++round) {
            const auto rows = random_rows(random, count);
            const auto back = decode_chunk(encode_fixed(rows), encode_changing(rows));
            ASSERT_TRUE(back) << back.error().what;
            EXPECT_EQ(*back, rows);
        }
    }
}

TEST(Chunk, IsSmallForOrdinaryMail) {
    const auto rows = rows_of(1, kChunkRows);
    EXPECT_LE(encode_fixed(rows).size(), 11 * kChunkRows);
    EXPECT_LE(encode_changing(rows).size(), 4 * kChunkRows);
    auto read = rows;
    for (MessageRow& row : read) {
        row.flags = kFlagSeen;
        row.keywords = 0;
        row.modseq = Modseq{900};
    }
    EXPECT_LE(encode_changing(read).size(), 40U) << "equal flags are one run";
}

TEST(Chunk, HeadsSayWhatTheRowsSay) {
    auto rows = rows_of(10, 4);  // 10 deleted, 11 deleted, 12 seen, 13 deleted
    rows[3].modseq = Modseq{99};
    const auto fixed = decode_fixed_head(encode_fixed(rows));
    ASSERT_TRUE(fixed);
    const std::uint64_t octets = rows[0].size + rows[1].size + rows[2].size + rows[3].size;
    EXPECT_EQ(*fixed, (FixedHead{.count = 4, .first = Uid{10}, .last = Uid{13}, .octets = octets}));
    const auto changing = decode_changing_head(encode_changing(rows));
    ASSERT_TRUE(changing);
    EXPECT_EQ(*changing, (ChangingHead{.count = 4,
                                       .highest_modseq = Modseq{99},
                                       .unseen = 3,
                                       .deleted = 3,
                                       .deleted_octets = octets - rows[2].size,
                                       .first_unseen = Uid{10}}));
}

TEST(Chunk, RefusesDamage) {
    const auto rows = rows_of(10, 20);
    const std::string fixed = encode_fixed(rows);
    const std::string changing = encode_changing(rows);
    for (std::size_t cut = 0; cut < fixed.size(); ++cut)
        EXPECT_FALSE(decode_chunk(fixed.substr(0, cut), changing)) << "cut at " << cut;
    for (std::size_t cut = 0; cut < changing.size(); ++cut)
        EXPECT_FALSE(decode_chunk(fixed, changing.substr(0, cut))) << "cut at " << cut;
    EXPECT_FALSE(decode_chunk(fixed + "x", changing)) << "an octet too many";
    EXPECT_FALSE(decode_chunk(fixed, encode_changing(rows_of(10, 19)))) << "halves of two chunks";
    EXPECT_FALSE(decode_chunk(fixed, encode_changing(rows_of(11, 20)))) << "of the same size, too";

    std::string newer = fixed;
    newer[0] = 2;
    EXPECT_EQ(decode_chunk(newer, changing).error().code, Errc::unsupported);
    newer[0] = 0;
    EXPECT_EQ(decode_chunk(newer, changing).error().code, Errc::corrupt);
}

TEST(Chunk, SurvivesAnyFlippedBit) {
    const auto rows = rows_of(10, 20);
    const std::string fixed = encode_fixed(rows);
    const std::string changing = encode_changing(rows);
    for (std::size_t bit = 0; bit < fixed.size() * 8; ++bit) {
        std::string damaged = fixed;
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
        const auto back = decode_chunk(damaged, changing);
        // Dates and cids are in no head; RocksDB's block checksums guard them.
        if (back) EXPECT_EQ(fixed_head(*back), *decode_fixed_head(damaged));
    }
    for (std::size_t bit = 0; bit < changing.size() * 8; ++bit) {
        std::string damaged = changing;
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
        const auto back = decode_chunk(fixed, damaged);
        if (back) EXPECT_EQ(changing_head(*back), *decode_changing_head(damaged));
    }
}

TEST(Values, ComeBackAsTheyWere) {
    Applied applied{.end = Lsn{0x123456789}, .chain = {}};
    applied.chain[15] = std::byte{7};
    EXPECT_EQ(*decode_applied(encode_applied(applied)), applied);
    EXPECT_EQ(*decode_account_id(encode_account_id(AccountId{~0ULL})), AccountId{~0ULL});
    const Counts counts = {{0, 0}, {1, 2}, {255, 0xffffffff}};
    EXPECT_EQ(*decode_counts(encode_counts(counts)), counts);
}

TEST(Values, RefuseWhatWasNeverWritten) {
    struct Case {
        const char* why;
        std::string text;
        Errc want;
    };
    const Case cases[] = {
        {"nothing", "", Errc::corrupt},
        {"version 0", std::string("\0\1\0\0", 4), Errc::corrupt},
        {"a newer version", std::string("\2\1\0\0", 4), Errc::unsupported},
        {"no counts: the key would be absent", std::string("\1\0", 2), Errc::corrupt},
        {"a count of one is not written", std::string("\1\1\5\1", 4), Errc::corrupt},
        {"places ascend", std::string("\1\2\5\0\5\2", 6), Errc::corrupt},
        {"more announced than there is", std::string("\1\3\5\0", 4), Errc::corrupt},
        {"octets left over", std::string("\1\1\5\0\0", 5), Errc::corrupt},
        {"a count beyond 32 bits", std::string("\1\1\5\xff\xff\xff\xff\x7f", 8), Errc::corrupt},
    };
    for (const Case& c : cases) {
        const auto counts = decode_counts(c.text);
        ASSERT_FALSE(counts) << c.why;
        EXPECT_EQ(counts.error().code, c.want) << c.why;
    }
    EXPECT_FALSE(decode_applied("\1too short"));
    EXPECT_FALSE(decode_account_id(std::string(10, '\1'))) << "an octet too many";
}

}  // namespace
}  // namespace loam::index
