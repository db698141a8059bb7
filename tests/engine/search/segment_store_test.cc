// Segments of accounts in an index: what is added is found, what is forgotten is gone, and what is
// lost or damaged counts as not indexed.
#include "engine/search/segment_store.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "engine/index/kv.h"
#include "engine/index/memory_kv.h"
#include "engine/search/ask.h"
#include "engine/search/segment_keys.h"

namespace loam::lookup {
namespace {

constexpr AccountId kAccount{5};
constexpr MailboxId kInbox{1};

class SegmentStoreTest : public ::testing::Test {
  protected:
    void apply(Record record, Cid cid = {}) {
        GroupToApply group{.group = Lsn{lsn_}, .end = Lsn{lsn_ + 1}, .chain = {}, .records = {}};
        ++lsn_;
        group.records.push_back(
            {.account = kAccount, .cid = cid, .record = &record, .payload = {}, .sidecar = {}});
        ASSERT_TRUE(index_->apply(group));
    }
    /// Messages enter the mailbox; each has the text "MAIL", its number, and "SECRET7" if it is 7.
    void append(std::uint64_t first, std::uint64_t last) {
        for (std::uint64_t cid = first; cid <= last; ++cid) {
            AppendRecord record;
            record.mailbox = kInbox;
            record.row.uid = Uid{static_cast<std::uint32_t>(cid)};
            record.row.cid = Cid{cid};
            record.row.modseq = Modseq{cid};
            apply(std::move(record), Cid{cid});
        }
    }
    void expunge(Cid cid) {
        ExpungeRecord record;
        record.mailbox = kInbox;
        record.uids.add(Uid{static_cast<std::uint32_t>(cid.value)});
        record.counts.push_back({cid, 0});
        apply(std::move(record));
    }
    static std::string text_of(Cid cid) {
        std::string text = "MAIL " + std::to_string(cid.value);
        if (cid.value == 7) text += " SECRET7";
        return text + kTextEnd;
    }
    Status build(const std::vector<Cid>& cids) {
        SegmentBuilder builder;
        for (const Cid cid : cids) {
            Document document{.cid = cid, .terms = {}, .values = {}};
            collector_.add(text_of(cid));
            collector_.take(document.terms[1]);
            document.values[1] = text_of(cid);
            builder.add(document);
        }
        return store_.add(kAccount, std::move(builder), zstd_);
    }
    /// Builds what is not indexed, `at_once` messages a segment.
    void build_rest(std::size_t at_once) {
        const auto left = store_.unindexed(kAccount);
        ASSERT_TRUE(left);
        for (std::size_t at = 0; at < left->size(); at += at_once) {
            const std::size_t count = std::min(at_once, left->size() - at);
            const auto begin = left->begin() + static_cast<std::ptrdiff_t>(at);
            const Status built = build({begin, begin + static_cast<std::ptrdiff_t>(count)});
            ASSERT_TRUE(built) << built.error().what;
        }
    }
    std::vector<Hint> ask_for(const std::string& needle, const std::vector<Cid>& cids) {
        Question question;
        question.fields = {Field::body};
        question.needles = {terms_of_needle(needle)};
        auto answers =
            ask(index_->view(ReadTier::may_block), kAccount, {&question, 1}, cids, zstd_);
        EXPECT_TRUE(answers);
        unindexed_ = answers->unindexed;
        damage_ = answers->damage;
        return answers->hints.front();
    }
    std::vector<StoredSegment> segments() {
        return *load_segments(index_->view(ReadTier::may_block), kAccount);
    }
    /// All octets that the family has for the account.
    std::string everything() {
        const IndexView view = index_->view(ReadTier::may_block);
        const index::KeyRange range = all_keys(kAccount);
        const auto cursor = view.kv().cursor(index::Family::search, range.lower, range.upper);
        std::string all;
        for (cursor->seek(range.lower); cursor->valid(); cursor->next())
            all += std::string(cursor->key()) + std::string(cursor->value());
        return all;
    }

    /// What the columns of all segments hold.
    std::string all_values() {
        const IndexView view = index_->view(ReadTier::may_block);
        std::string all;
        for (const StoredSegment& segment : segments()) {
            const auto scanned = scan_column(
                segment.head, block_loader(view, kAccount, segment.id), Column::subject, zstd_,
                [&all](Doc, std::optional<std::string_view> value) { all += value.value_or(""); });
            EXPECT_TRUE(scanned);
        }
        return all;
    }

    index::MemoryStore memory_;
    std::unique_ptr<Index> index_ = Index::open_memory(memory_);
    SegmentStore store_{*index_};
    ZstdContext zstd_;
    TermCollector collector_;
    std::vector<Cid> unindexed_;
    bool damage_ = false;
    std::uint64_t lsn_ = 1;
};

TEST_F(SegmentStoreTest, WhatIsAddedIsFoundAndTheRestIsNamed) {
    append(1, 20);
    build_rest(10);
    append(21, 22);
    EXPECT_EQ(*store_.unindexed(kAccount), (std::vector<Cid>{Cid{21}, Cid{22}}));
    const std::vector<Cid> cids{Cid{22}, Cid{7}, Cid{3}, Cid{7}, Cid{20}};
    using enum Hint;
    EXPECT_EQ(ask_for("SECRET7", cids), (std::vector<Hint>{maybe, maybe, no, maybe, no}));
    EXPECT_EQ(ask_for("RET", cids), (std::vector<Hint>{maybe, yes, no, yes, no}));
    EXPECT_EQ(ask_for("M", cids), (std::vector<Hint>{maybe, yes, yes, yes, yes}));
    EXPECT_EQ(unindexed_, (std::vector<Cid>{Cid{22}}));
    EXPECT_FALSE(damage_);
}

TEST_F(SegmentStoreTest, ManySegmentsBecomeFew) {
    append(1, 700);
    build_rest(10);
    EXPECT_LE(segments().size(), 3 * kMergeFanOut);
    EXPECT_TRUE(store_.unindexed(kAccount)->empty());
    std::vector<Cid> all;
    for (std::uint64_t cid = 1; cid <= 700; ++cid)
        all.push_back(Cid{cid});
    const auto hints = ask_for("SECRET7", all);
    EXPECT_EQ(std::ranges::count(hints, Hint::no), 699);
}

TEST_F(SegmentStoreTest, NothingOfTheForgottenStays) {
    append(1, 40);
    build_rest(20);
    EXPECT_NE(all_values().find("SECRET7"), std::string::npos);
    expunge(Cid{7});
    const Cid gone{7};
    ASSERT_TRUE(store_.forget(kAccount, {&gone, 1}, zstd_));
    EXPECT_EQ(all_values().find("SECRET7"), std::string::npos);
    for (const StoredSegment& segment : segments())
        EXPECT_FALSE(std::ranges::find(segment.head.cids, gone) != segment.head.cids.end());
    EXPECT_EQ(ask_for("RET", {Cid{6}, Cid{8}}), (std::vector<Hint>{Hint::no, Hint::no}));
    EXPECT_TRUE(store_.unindexed(kAccount)->empty());
    ASSERT_TRUE(store_.forget(kAccount, {&gone, 1}, zstd_)) << "once more is nothing";
}

TEST_F(SegmentStoreTest, WhatGoesWhileItIsReadLeavesNothing) {
    append(1, 10);
    expunge(Cid{7});
    ASSERT_TRUE(build({Cid{6}, Cid{7}, Cid{8}}));
    EXPECT_EQ(all_values().find("SECRET7"), std::string::npos);
    EXPECT_EQ(ask_for("MAI", {Cid{6}, Cid{8}}), (std::vector<Hint>{Hint::yes, Hint::yes}));
}

TEST_F(SegmentStoreTest, TheLastMessageTakesTheSegmentAlong) {
    append(7, 7);
    build_rest(1);
    EXPECT_EQ(segments().size(), 1U);
    expunge(Cid{7});
    const Cid gone{7};
    ASSERT_TRUE(store_.forget(kAccount, {&gone, 1}, zstd_));
    EXPECT_TRUE(everything().empty());
}

TEST_F(SegmentStoreTest, ADroppedIndexIsMadeAnew) {
    append(1, 12);
    build_rest(5);
    ASSERT_TRUE(store_.drop(kAccount));
    EXPECT_TRUE(everything().empty());
    EXPECT_EQ(store_.unindexed(kAccount)->size(), 12U);
    build_rest(5);
    EXPECT_EQ(ask_for("RET", {Cid{7}}), (std::vector<Hint>{Hint::yes}));
}

TEST_F(SegmentStoreTest, LostAndDamagedBlocksCostTimeAndNoAnswer) {
    append(1, 12);
    build_rest(12);
    const std::uint64_t id = segments().front().id;
    ASSERT_TRUE(index_->put_search({{block_key(kAccount, id, BlockName{}), std::nullopt}}));
    EXPECT_EQ(ask_for("RET", {Cid{7}, Cid{8}}), (std::vector<Hint>{Hint::maybe, Hint::maybe}));
    EXPECT_TRUE(damage_);

    ASSERT_TRUE(index_->put_search({{head_key(kAccount, id), std::string("junk")}}));
    EXPECT_EQ(ask_for("RET", {Cid{7}}), (std::vector<Hint>{Hint::maybe}));
    EXPECT_EQ(unindexed_, (std::vector<Cid>{Cid{7}}));
    EXPECT_EQ(store_.unindexed(kAccount)->size(), 12U);
}

TEST_F(SegmentStoreTest, BlocksThatACrashLeftGoWhenSomethingIsForgotten) {
    append(7, 8);
    build_rest(2);
    const std::uint64_t id = segments().front().id;
    ASSERT_TRUE(index_->put_search({{head_key(kAccount, id), std::nullopt}}));
    EXPECT_FALSE(everything().empty());
    const Cid gone{7};
    ASSERT_TRUE(store_.forget(kAccount, {&gone, 1}, zstd_));
    EXPECT_TRUE(everything().empty());
    build_rest(2);
    EXPECT_GT(segments().size(), 0U);
}

}  // namespace
}  // namespace loam::lookup
