#include "engine/record/row_codec.h"

#include <gtest/gtest.h>

#include "engine/record/limits.h"
#include "tests/engine/record/random_records.h"

namespace loam {
namespace {

using testing::RandomRecords;

/// What `row` becomes comes back the same; every prefix of it and one octet more are refused; no
/// changed octet makes the decoder do anything but answer.
template <typename Row>
void expect_round_trip(const Row& row, const ByteVector& octets, Result<Row> (*decode)(Bytes)) {
    const Result<Row> back = decode(octets);
    ASSERT_TRUE(back.ok()) << back.error().what;
    EXPECT_EQ(*back, row);
    for (std::size_t size = 0; size < octets.size(); ++size)
        EXPECT_FALSE(decode(Bytes(octets).first(size)).ok()) << "cut to " << size;
    ByteVector changed = octets;
    changed.push_back(std::byte{0});
    EXPECT_FALSE(decode(changed).ok()) << "one octet more";
    changed.pop_back();
    for (std::size_t i = 0; i < std::min<std::size_t>(changed.size(), 400); ++i) {
        for (const unsigned bit : {1U, 16U, 128U}) {
            changed[i] ^= std::byte(bit);
            (void)decode(changed).ok();
            changed[i] ^= std::byte(bit);
        }
    }
}

template <typename Row>
void expect_round_trip(const Row& row, Result<Row> (*decode)(Bytes)) {
    expect_round_trip(row, encode_row(row), decode);
}

TEST(RowCodec, RoundTripsRandomRows) {
    RandomRecords random(7);
    for (int round = 0; round < 150; ++round) {
        SCOPED_TRACE(round);
        expect_round_trip(random.account_cell(), decode_account_cell);
        expect_round_trip(random.mailbox_row(), decode_mailbox_row);
        expect_round_trip(random.name_row(), decode_name_row);
        expect_round_trip(random.message_row(), decode_message_row);
        expect_round_trip(random.content_row(), decode_content_row);
        expect_round_trip(random.credential_row(), decode_credential_row);
        expect_round_trip(random.erase_row(), decode_erase_row);
        expect_round_trip(random.place(), decode_place);
        expect_round_trip(random.uid_set(20), decode_uid_set);
        const std::vector<MessageRow> rows = random.message_rows(30);
        expect_round_trip(rows, encode_rows(rows), decode_message_rows);
    }
}

TEST(RowCodec, RowsAtTheirLimits) {
    MailboxRow mailbox;
    mailbox.name = std::string(1024, 'n');
    mailbox.special_use = std::string(kSpecialUseBytesMax, 's');
    mailbox.keywords.assign(64, std::string(128, 'k'));
    mailbox.highest_modseq = Modseq{kModseqMax};
    expect_round_trip(mailbox, decode_mailbox_row);
    expect_round_trip(UidSet{{Uid{1}, Uid{0xffff'ffff}}}, decode_uid_set);
    expect_round_trip(UidSet{}, decode_uid_set);
}

struct Refusal {
    const char* why;
    std::vector<std::uint8_t> octets;
    Errc code;
};

ByteVector bytes_of(const std::vector<std::uint8_t>& octets) {
    const Bytes bytes = std::as_bytes(std::span(octets));
    return {bytes.begin(), bytes.end()};
}

TEST(RowCodec, RefusesUidSets) {
    const Refusal cases[] = {
        {"a newer version", {2, 0}, Errc::unsupported},
        {"version 0 never was", {0, 0}, Errc::corrupt},
        {"more ranges than octets", {1, 3, 0, 0}, Errc::corrupt},
        {"past the last uid", {1, 1, 0xff, 0xff, 0xff, 0xff, 0x0f, 0}, Errc::corrupt},
        {"a range that ends past the last uid",
         {1, 1, 1, 0xff, 0xff, 0xff, 0xff, 0x0f},
         Errc::corrupt},
        {"octets left over", {1, 0, 0}, Errc::corrupt},
    };
    for (const Refusal& c : cases) {
        const Result<UidSet> set = decode_uid_set(bytes_of(c.octets));
        ASSERT_FALSE(set.ok()) << c.why;
        EXPECT_EQ(set.error().code, c.code) << c.why;
    }
}

TEST(RowCodec, RefusesNamesAndMessages) {
    EXPECT_FALSE(decode_name_row(bytes_of({1, 4})).ok()) << "an unknown bit";
    const std::vector<std::uint8_t> message = {1, 9, 9, 0, 0, 0, 9, 9, 31, 0};
    EXPECT_TRUE(decode_message_row(bytes_of(message)).ok());
    std::vector<std::uint8_t> changed = message;
    changed[1] = 0;
    EXPECT_FALSE(decode_message_row(bytes_of(changed)).ok()) << "uid 0";
    changed = message;
    changed[8] = 32;
    EXPECT_FALSE(decode_message_row(bytes_of(changed)).ok()) << "an unknown flag";
}

TEST(RowCodec, RefusesRowsOutOfOrder) {
    // count, then the uid column: 1 and 1 again, each as a difference.
    EXPECT_FALSE(decode_message_rows(bytes_of({1, 2, 0, 2, 0})).ok());
    // A million rows promised, one octet given.
    EXPECT_FALSE(decode_message_rows(bytes_of({1, 0x80, 0x80, 0x40, 0})).ok());
    // More rows than any record may have.
    EXPECT_FALSE(decode_message_rows(bytes_of({1, 0x81, 0x80, 0x40, 1, 2, 0x81, 0x80, 0x40})).ok());
}

TEST(RowCodecDeathTest, WritersKeepTheLimits) {
    MailboxRow long_name;
    long_name.name = std::string(1025, 'n');
    EXPECT_DEATH(encode_row(long_name), "kMailboxNameBytesMax");
    MessageRow no_uid;
    EXPECT_DEATH(encode_row(no_uid), "uid");
    std::vector<MessageRow> rows(2);
    rows[0].uid = Uid{2};
    rows[1].uid = Uid{2};
    EXPECT_DEATH(encode_rows(rows), "not_ascending");
}

}  // namespace
}  // namespace loam
