#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/index/chunk.h"
#include "engine/index/index.h"
#include "engine/index/keys.h"
#include "engine/index/kv.h"
#include "engine/index/mailbox_editor.h"
#include "engine/index/memory_kv.h"
#include "engine/index/state_cursor.h"

/// How the rows of a mailbox lie in chunks after appends, changes and expunges.
namespace loam {
namespace {

constexpr AccountId kAccount{2};
constexpr MailboxId kMailbox{1};

/// One mailbox; each call is one group.
class Layout : public testing::Test {
  protected:
    MessageRow row_of(std::uint32_t uid) {
        MessageRow row;
        row.uid = Uid{uid};
        row.cid = Cid{uid};
        row.size = 10 * uid;
        row.modseq = Modseq{++modseq_};
        return row;
    }

    void apply(std::vector<Record> records) {
        GroupToApply group{.group = Lsn{lsn_}, .end = Lsn{lsn_ + 64}, .chain = {}, .records = {}};
        lsn_ += 64;
        for (const Record& record : records)
            group.records.push_back(
                {.account = kAccount, .cid = {}, .record = &record, .payload = {}, .sidecar = {}});
        const Status status = index_->apply(group);
        ASSERT_TRUE(status) << status.error().what;
    }

    Record copied(std::uint32_t first, std::uint32_t last) {
        CopyRecord record;
        record.target = kMailbox;
        for (std::uint32_t uid = first; uid <= last; ++uid)
            record.rows.push_back(row_of(uid));
        return record;
    }
    Record expunged(UidSet uids) {
        ExpungeRecord record;
        record.mailbox = kMailbox;
        record.modseq = Modseq{++modseq_};
        record.uids = std::move(uids);
        return record;
    }
    Record flagged(UidSet uids, std::uint8_t flags) {
        FlagsRecord record;
        record.mailbox = kMailbox;
        record.modseq = Modseq{++modseq_};
        record.runs.push_back({.uids = std::move(uids), .flags = flags, .keywords = 0});
        return record;
    }

    std::vector<MessageRow> rows() {
        const auto found = index_->view(ReadTier::may_block).rows(kAccount, kMailbox);
        EXPECT_TRUE(found) << (found ? "" : found.error().what);
        return found.value_or({});
    }

    /// Chunks as "[first-last:rows]", then the number of single rows: "[1-256:256] +128".
    std::string layout() {
        const IndexView view = index_->view(ReadTier::may_block);
        std::string text;
        const auto range = index::all_of(index::KeyType::fixed, kAccount, kMailbox);
        const auto chunk = view.kv().cursor(index::Family::state, range.lower, range.upper);
        for (chunk->seek(range.lower); chunk->valid(); chunk->next()) {
            const auto head = index::decode_fixed_head(chunk->value());
            EXPECT_TRUE(head);
            text += "[" + std::to_string(head->first.value) + "-" +
                    std::to_string(head->last.value) + ":" + std::to_string(head->count) + "] ";
        }
        const auto singles = index::all_of(index::KeyType::message, kAccount, kMailbox);
        const auto row = view.kv().cursor(index::Family::state, singles.lower, singles.upper);
        std::size_t count = 0;
        for (row->seek(singles.lower); row->valid(); row->next())
            ++count;
        return text + "+" + std::to_string(count);
    }

    /// Opens the index anew, which forgets what apply() remembers between groups.
    void reopen() { index_ = Index::open_memory(store_); }

    index::MemoryStore store_;
    std::unique_ptr<Index> index_ = Index::open_memory(store_);
    std::uint64_t modseq_ = 0;
    std::uint64_t lsn_ = 1ULL << 32;
};

TEST_F(Layout, SealsTheOldestOnceTheTailIsLong) {
    apply({copied(1, 383)});
    EXPECT_EQ(layout(), "+383");
    apply({copied(384, 384)});
    EXPECT_EQ(layout(), "[1-256:256] +128");
    EXPECT_EQ(rows().size(), 384U);
}

TEST_F(Layout, CountsTheTailAcrossGroupsAndRestarts) {
    for (std::uint32_t uid = 1; uid <= 383; ++uid) {
        apply({copied(uid, uid)});
        if (uid % 100 == 0) reopen();
    }
    EXPECT_EQ(layout(), "+383");
    reopen();
    apply({copied(384, 384)});
    EXPECT_EQ(layout(), "[1-256:256] +128");
    reopen();
    apply({copied(385, 640)});
    EXPECT_EQ(layout(), "[1-256:256] [257-512:256] +128");
}

TEST_F(Layout, SealsManyAtOnceFromOneRecord) {
    apply({copied(1, 1000)});
    EXPECT_EQ(layout(), "[1-256:256] [257-512:256] [513-768:256] +232");
}

TEST_F(Layout, ExpungedSinglesDoNotCount) {
    apply({copied(1, 383)});
    apply({expunged({{Uid{1}, Uid{100}}})});
    apply({copied(384, 483)});
    EXPECT_EQ(layout(), "+383");
    apply({copied(484, 484)});
    EXPECT_EQ(layout(), "[101-356:256] +128");
}

TEST_F(Layout, AppendedAndExpungedInOneGroupLeavesNothing) {
    apply({copied(1, 400), expunged({{Uid{1}, Uid{400}}})});
    EXPECT_EQ(layout(), "+0");
    EXPECT_EQ(index_->view(ReadTier::may_block).vanished(kAccount, kMailbox, Modseq{0})->count(),
              400U);
}

TEST_F(Layout, AChunkShrinksUnderItsNewFirstUid) {
    apply({copied(1, 384)});
    apply({expunged({{Uid{1}, Uid{10}}, {Uid{50}, Uid{50}}})});
    EXPECT_EQ(layout(), "[11-256:245] +128");
    apply({expunged({{Uid{250}, Uid{260}}})});
    EXPECT_EQ(layout(), "[11-249:238] +124");
}

TEST_F(Layout, AnEmptyChunkGoes) {
    apply({copied(1, 640)});
    EXPECT_EQ(layout(), "[1-256:256] [257-512:256] +128");
    apply({expunged({{Uid{1}, Uid{256}}})});
    EXPECT_EQ(layout(), "[257-512:256] +128");
    apply({expunged({{Uid{1}, Uid{4000}}})});
    EXPECT_EQ(layout(), "+0");
    apply({copied(641, 642)});
    EXPECT_EQ(layout(), "+2");
    EXPECT_EQ(rows().front().uid, Uid{641});
}

TEST_F(Layout, SmallNeighboursMerge) {
    apply({copied(1, 896)});
    ASSERT_EQ(layout(), "[1-256:256] [257-512:256] [513-768:256] +128");
    apply({expunged({{Uid{300}, Uid{512}}})});
    EXPECT_EQ(layout(), "[1-256:256] [257-299:43] [513-768:256] +128") << "both sides are full";
    apply({expunged({{Uid{200}, Uid{256}}})});
    EXPECT_EQ(layout(), "[1-199:199] [257-299:43] [513-768:256] +128") << "199 rows are not small";
    apply({expunged({{Uid{299}, Uid{299}}})});
    EXPECT_EQ(layout(), "[1-298:241] [513-768:256] +128") << "a small one joins the one before";
    apply({expunged({{Uid{40}, Uid{298}}, {Uid{600}, Uid{768}}})});
    EXPECT_EQ(layout(), "[1-599:126] +128") << "the first has only a next one";
    EXPECT_EQ(rows().size(), 254U);
}

TEST_F(Layout, ManySmallOnesBecomeFew) {
    apply({copied(1, 256 * 8 + 128)});
    UidSet most;
    for (std::uint32_t chunk = 0; chunk < 8; ++chunk)
        most.add({Uid{chunk * 256 + 21}, Uid{chunk * 256 + 256}});
    apply({expunged(most)});
    EXPECT_EQ(layout(), "[1-1812:160] +128");
    apply({flagged({{Uid{1}, Uid{4000}}}, kFlagSeen)});
    for (const MessageRow& row : rows())
        EXPECT_EQ(row.flags, kFlagSeen) << row.uid.value;
}

TEST_F(Layout, FlagsRewriteOnlyTheChangingHalf) {
    apply({copied(1, 640)});
    const auto half = [&](index::KeyType type, std::uint32_t first) {
        const auto view = index_->view(ReadTier::may_block);
        return *view.kv().get(index::Family::state,
                              index::chunk_key(type, kAccount, kMailbox, Uid{first}));
    };
    const auto fixed = half(index::KeyType::fixed, 257);
    const auto changing = half(index::KeyType::changing, 257);
    const auto other = half(index::KeyType::changing, 1);
    apply({flagged({{Uid{300}, Uid{300}}, {Uid{600}, Uid{600}}}, kFlagFlagged)});
    EXPECT_EQ(half(index::KeyType::fixed, 257), fixed);
    EXPECT_NE(half(index::KeyType::changing, 257), changing);
    EXPECT_EQ(half(index::KeyType::changing, 1), other);
    EXPECT_EQ(rows()[299].flags, kFlagFlagged);
    EXPECT_EQ(rows()[599].flags, kFlagFlagged);
    EXPECT_EQ(rows()[598].flags, 0);
}

TEST_F(Layout, ReplayOfOldRecordsPutsRowsBackIntoTheirChunks) {
    apply({copied(1, 640)});
    const Record again = copied(100, 101);
    apply({expunged({{Uid{100}, Uid{101}}})});
    EXPECT_EQ(layout(), "[1-256:254] [257-512:256] +128");
    apply({again});
    EXPECT_EQ(layout(), "[1-256:256] [257-512:256] +128");
    EXPECT_EQ(rows()[99].uid, Uid{100});

    // Below the first chunk: it takes them in, under a new key.
    const Record first = copied(1, 300);
    apply({expunged({{Uid{1}, Uid{256}}})});
    EXPECT_EQ(layout(), "[257-512:256] +128");
    apply({first});
    EXPECT_EQ(layout(), "[1-512:512] +128") << "as large as a chunk may be";
    EXPECT_EQ(rows().size(), 640U);
}

TEST_F(Layout, AChunkThatGrowsTooLargeIsSplit) {
    apply({copied(2, 641)});
    EXPECT_EQ(layout(), "[2-257:256] [258-513:256] +128");
    const Record first = copied(1, 257);
    apply({expunged({{Uid{2}, Uid{257}}})});
    apply({first});
    EXPECT_EQ(layout(), "[1-256:256] [257-512:256] [513-513:1] +128");
    EXPECT_EQ(rows().size(), 641U);
}

TEST_F(Layout, TheLastUidOfAllIsNoSpecialCase) {
    constexpr std::uint32_t kLast = 0xffffffff;
    CopyRecord record;
    record.target = kMailbox;
    for (std::uint32_t i = 0; i < 384; ++i)
        record.rows.push_back(row_of(kLast - 383 + i));
    apply({record});
    EXPECT_EQ(rows().size(), 384U);
    apply({flagged({{Uid{kLast}, Uid{kLast}}}, kFlagSeen)});
    EXPECT_EQ(rows().back().flags, kFlagSeen);
    apply({expunged({{Uid{1}, Uid{kLast}}})});
    EXPECT_EQ(layout(), "+0");
}

TEST_F(Layout, ComparisonDoesNotSeeChunks) {
    apply({copied(1, 640)});
    apply({flagged({{Uid{5}, Uid{600}}}, kFlagDraft)});
    index::MemoryStore other_store;
    const auto sealed = std::move(index_);
    index_ = Index::open_memory(other_store);
    modseq_ = 0;
    lsn_ = 1ULL << 32;
    for (std::uint32_t uid = 1; uid <= 640; uid += 128)
        apply({copied(uid, uid + 127)});
    lsn_ = (1ULL << 32) + 64;
    apply({flagged({{Uid{5}, Uid{600}}}, kFlagDraft)});
    const auto same =
        compare(sealed->view(ReadTier::may_block), index_->view(ReadTier::may_block), 10);
    ASSERT_TRUE(same) << same.error().what;
    EXPECT_TRUE(same->empty()) << describe(same->front().key);

    lsn_ = (1ULL << 32) + 64;
    apply({flagged({{Uid{7}, Uid{7}}}, kFlagSeen)});
    const auto differ =
        compare(sealed->view(ReadTier::may_block), index_->view(ReadTier::may_block), 10);
    ASSERT_TRUE(differ);
    std::vector<std::string> keys;
    for (const Difference& difference : *differ)
        keys.push_back(describe(difference.key));
    EXPECT_EQ(keys, std::vector<std::string>{"message account=2 mailbox=1 uid=7"});
}

}  // namespace
}  // namespace loam
