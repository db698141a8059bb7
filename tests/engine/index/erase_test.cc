#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/index/index.h"
#include "engine/index/memory_kv.h"
#include "engine/record/limits.h"

/// What is owed to the eraser, and what becomes of it.
namespace loam {
namespace {

constexpr AccountId kAccount{2};
constexpr MailboxId kMailbox{1};

class Erase : public testing::Test {
  protected:
    /// One group of one record. Returns what names an erasure that it caused.
    EraseId apply(Record record, Place payload = {}, std::string_view sidecar = {}) {
        GroupToApply group{.group = Lsn{lsn_}, .end = Lsn{lsn_ + 64}, .chain = {}, .records = {}};
        group.records.push_back({.account = kAccount,
                                 .cid = {},
                                 .record = &record,
                                 .payload = payload,
                                 .sidecar = sidecar});
        const Status status = index_->apply(group);
        EXPECT_TRUE(status) << status.error().what;
        const EraseId id{.group = Lsn{lsn_}, .number = 0};
        lsn_ += 64;
        return id;
    }
    Place place() const {
        return {.group = Lsn{lsn_}, .record = 0, .offset = lsn_, .length = 9, .xxh3 = 1};
    }
    Place append(std::uint32_t number) {
        AppendRecord record;
        record.mailbox = kMailbox;
        record.row.uid = Uid{number};
        record.row.cid = Cid{number};
        record.row.modseq = Modseq{number};
        record.cell.next_cid = Cid{number + 1};
        const Place at = place();
        apply(record, at, "sidecar");
        return at;
    }
    /// Nobody has these contents any more.
    EraseId expunge(std::uint32_t first, std::uint32_t last) {
        ExpungeRecord record;
        record.mailbox = kMailbox;
        record.erase_deadline_us = 77;
        record.cell.next_cid = Cid{last + 1};
        record.uids.add({Uid{first}, Uid{last}});
        for (std::uint32_t cid = first; cid <= last; ++cid)
            record.counts.push_back({Cid{cid}, 0});
        return apply(record);
    }
    IndexView view() const { return index_->view(ReadTier::may_block); }
    std::vector<OwedErasure> owed() const { return *view().erasures(); }
    std::optional<Cid> next_cid() const { return (*view().account(kAccount))->next_cid; }

    std::uint64_t lsn_ = 64;
    index::MemoryStore store_;
    std::unique_ptr<Index> index_ = Index::open_memory(store_);
};

TEST_F(Erase, AnErasureGoesFromContentsToPlacesToNothing) {
    const Place one = append(1);
    const Place two = append(2);
    const EraseId id = expunge(1, 2);
    ASSERT_EQ(owed().size(), 1U);
    EXPECT_EQ(owed()[0].id, id);
    EXPECT_EQ(owed()[0].row, (EraseRow{.deadline_us = 77, .cids = {Cid{1}, Cid{2}}, .places = {}}));

    const EraseRow half{.deadline_us = 77, .cids = {Cid{2}}, .places = {one}};
    apply(EraseRecord{.id = id, .cids = {Cid{1}}, .row = half});
    EXPECT_EQ(owed()[0].row, half);
    EXPECT_EQ(*view().content_ids(kAccount), std::vector<Cid>{Cid{2}});
    const EraseRow rest{.deadline_us = 77, .cids = {Cid{2}}, .places = {}};
    apply(ErasedRecord{.id = id, .row = rest});
    EXPECT_EQ(owed()[0].row, rest);

    const EraseRow last{.deadline_us = 77, .cids = {}, .places = {two}};
    apply(EraseRecord{.id = id, .cids = {Cid{2}}, .row = last});
    EXPECT_TRUE(view().content_ids(kAccount)->empty());
    apply(ErasedRecord{.id = id, .row = {.deadline_us = 77, .cids = {}, .places = {}}});
    EXPECT_TRUE(owed().empty());
}

TEST_F(Erase, AContentWithoutARowIsErasedByTheAnnouncementAlone) {
    const EraseId id = expunge(5, 5);
    apply(EraseRecord{.id = id, .cids = {Cid{5}}, .row = {}});
    EXPECT_TRUE(owed().empty());
}

TEST_F(Erase, ASidecarThatComesLateStaysOut) {
    append(1);
    append(2);
    const EraseId id = expunge(1, 1);
    apply(EraseRecord{.id = id, .cids = {Cid{1}}, .row = {}});
    const std::pair<Cid, std::string_view> late[] = {{Cid{1}, "secret"}, {Cid{2}, "kept"}};
    ASSERT_TRUE(index_->put_sidecars(kAccount, late));
    const std::vector<Cid> both = {Cid{1}, Cid{2}};
    EXPECT_EQ(*view().sidecars(kAccount, both),
              (std::vector<std::optional<std::string>>{{}, "kept"}));
}

TEST_F(Erase, ALargeExpungeIsOwedInParts) {
    constexpr std::uint32_t kMany = kEraseRowCids * 2 + 1;
    const EraseId id = expunge(1, kMany);
    const std::vector<OwedErasure> parts = owed();
    ASSERT_EQ(parts.size(), 3U);
    std::uint32_t cid = 0;
    for (std::uint32_t part = 0; part < parts.size(); ++part) {
        EXPECT_EQ(parts[part].id.group, id.group);
        EXPECT_EQ(parts[part].id.number, part << kErasePartShift);
        for (const Cid named : parts[part].row.cids)
            EXPECT_EQ(named.value, ++cid);
    }
    EXPECT_EQ(cid, kMany);
    std::size_t seen = 0;
    ASSERT_TRUE(view().each_erasure(parts.data(), [&](const OwedErasure&) {
        ++seen;
        return false;
    }));
    EXPECT_EQ(seen, 1U) << "it begins behind the first and ends when told";
}

TEST_F(Erase, AnUploadsIdIsNeverGivenOutAgain) {
    append(1);
    apply(ChunkRecord{.upload = 2, .sequence = 0}, place());
    EXPECT_EQ(next_cid(), Cid{3}) << "the chunk alone makes it known";
    apply(QuotaRecord{.cell = {.next_cid = Cid{2}}});
    EXPECT_EQ(next_cid(), Cid{3}) << "a record from before the upload comes behind it";
    apply(AbortRecord{.upload = 2, .erase_deadline_us = 5});
    EXPECT_EQ(next_cid(), Cid{3});
    ASSERT_EQ(owed().size(), 1U);
    EXPECT_EQ(owed()[0].row.places.size(), 1U) << "and its chunks are owed to the eraser";
}

TEST_F(Erase, AChunkOfADeletedAccountBringsNothingBack) {
    apply(ChunkRecord{.upload = 2, .sequence = 0}, place());
    EXPECT_EQ(*view().account(kAccount), std::nullopt);
    EXPECT_TRUE(view().accounts()->empty());
}

}  // namespace
}  // namespace loam
