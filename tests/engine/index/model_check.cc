#include <algorithm>

#include <gtest/gtest.h>

#include "engine/index/chunk.h"
#include "engine/index/keys.h"
#include "engine/index/kv.h"
#include "engine/index/state_cursor.h"
#include "tests/engine/index/model.h"

namespace loam::test {
namespace {

/// What a reader must have answered.
template <typename T>
T value(Result<T> result) {
    EXPECT_TRUE(result) << (result ? "" : result.error().what);
    return result ? *std::move(result) : T{};
}

void expect_mailbox(const IndexView& view, AccountId id, MailboxId mailbox,
                    const ModelMailbox& want, const Applied& applied) {
    const MailboxImage image = value(view.load_mailbox(id, mailbox));
    EXPECT_EQ(image.position, applied);
    EXPECT_EQ(image.row, want.row);
    std::vector<MessageRow> rows;
    for (const auto& [uid, row] : want.rows)
        rows.push_back(row);
    EXPECT_EQ(image.rows.size(), rows.size());
    EXPECT_TRUE(image.rows == rows);
    UidSet all;
    UidSet half;
    const Modseq middle{want.row.highest_modseq.value / 2};
    for (const auto& [modseq, uids] : want.vanished) {
        all.add(uids);
        if (modseq > middle) half.add(uids);
    }
    EXPECT_EQ(value(view.vanished(id, mailbox, Modseq{0})), all);
    EXPECT_EQ(value(view.vanished(id, mailbox, middle)), half);
}

void expect_contents(const IndexView& view, const Model& model, AccountId id) {
    const ModelDebts& debts = model.debts.at(id);
    std::vector<Cid> cids;
    std::vector<std::optional<ContentRow>> contents;
    for (const auto& [cid, row] : debts.contents) {
        cids.push_back(cid);
        contents.emplace_back(row);
    }
    cids.push_back(Cid{1ULL << 40});
    contents.emplace_back(std::nullopt);
    EXPECT_TRUE(value(view.contents(id, cids)) == contents);
    EXPECT_EQ(value(view.content_ids(id)), (std::vector<Cid>(cids.begin(), cids.end() - 1)));

    std::vector<std::optional<std::string>> sidecars;
    for (const Cid cid : cids) {
        const auto found = model.sidecars.find({id, cid});
        sidecars.push_back(found == model.sidecars.end() ? std::optional<std::string>()
                                                         : found->second);
    }
    EXPECT_TRUE(value(view.sidecars(id, cids)) == sidecars);
    if (!model.accounts.contains(id)) return;
    std::map<Cid, std::uint32_t> rows;
    for (const auto& [mailbox, box] : model.accounts.at(id).mailboxes) {
        for (const auto& [uid, row] : box.rows)
            ++rows[row.cid];
    }
    cids.pop_back();
    std::vector<std::uint32_t> counts;
    for (const Cid cid : cids)
        counts.push_back(rows[cid]);
    EXPECT_EQ(value(view.counts(id, cids)), counts);
}

void expect_debts(const IndexView& view, const Model& model) {
    std::vector<OwedErasure> owed;
    std::vector<std::tuple<AccountId, std::uint64_t, std::uint32_t, Place>> chunks;
    for (const auto& [id, debts] : model.debts) {
        for (const auto& [cause, row] : debts.erasures)
            owed.push_back({.account = id, .id = cause, .row = row});
        for (const auto& [upload, places] : debts.uploads) {
            for (const auto& [sequence, place] : places)
                chunks.emplace_back(id, upload, sequence, place);
        }
    }
    const auto got = value(view.erasures());
    ASSERT_EQ(got.size(), owed.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
        EXPECT_EQ(got[i].account, owed[i].account);
        EXPECT_EQ(got[i].id, owed[i].id);
        EXPECT_EQ(got[i].row, owed[i].row);
    }
    std::vector<std::tuple<AccountId, std::uint64_t, std::uint32_t, Place>> got_chunks;
    for (const OpenUpload& upload : value(view.open_uploads())) {
        for (const auto& [sequence, place] : upload.chunks)
            got_chunks.emplace_back(upload.account, upload.upload, sequence, place);
    }
    EXPECT_EQ(got_chunks, chunks);
}

/// The names as a sorted list, since the index keeps children behind their parents.
std::vector<std::pair<std::string, NameRow>> sorted(
    std::vector<std::pair<std::string, NameRow>> names) {
    std::ranges::sort(names, {}, &std::pair<std::string, NameRow>::first);
    return names;
}

void expect_account(const IndexView& view, const Model& model, AccountId id) {
    const ModelAccount& want = model.accounts.at(id);
    const AccountImage image = value(view.load_account(id));
    EXPECT_EQ(image.position, model.applied);
    EXPECT_EQ(image.cell, want.cell);
    EXPECT_EQ(value(view.account(id)), want.cell);
    EXPECT_EQ(value(view.credentials(id)), want.credentials);
    EXPECT_EQ(sorted(image.names),
              (std::vector<std::pair<std::string, NameRow>>(want.names.begin(), want.names.end())));
    ASSERT_EQ(image.mailboxes.size(), want.mailboxes.size());
    std::size_t i = 0;
    for (const auto& [mailbox, box] : want.mailboxes) {
        EXPECT_EQ(image.mailboxes[i].first, mailbox);
        EXPECT_EQ(image.mailboxes[i].second, box.row);
        EXPECT_EQ(value(view.name(id, box.row.name)), want.names.at(box.row.name));
        expect_mailbox(view, id, mailbox, box, model.applied);
        ++i;
    }
}

/// Every chunk decodes (which checks its heads), is not larger than it may be, and no mailbox has
/// more single rows than it should.
void expect_chunks(const IndexView& view) {
    const index::KeyRange range = index::all_of(index::KeyType::fixed);
    const auto cursor = view.kv().cursor(index::Family::state, range.lower, range.upper);
    for (cursor->seek(range.lower); cursor->valid(); cursor->next()) {
        std::string key(cursor->key());
        key[0] = static_cast<char>(index::KeyType::changing);
        const auto changing = value(view.kv().get(index::Family::state, key));
        ASSERT_TRUE(changing);
        const auto rows = value(index::decode_chunk(cursor->value(), *changing));
        ASSERT_FALSE(rows.empty());
        EXPECT_LE(rows.size(), index::kChunkRowsMax);
        EXPECT_EQ(value(index::parse_key(cursor->key())).number, rows.front().uid.value);
    }
}

}  // namespace

void expect_equal(const Index& index, const Model& model) {
    const IndexView view = index.view(ReadTier::may_block);
    EXPECT_EQ(value(view.applied()), model.applied);
    std::vector<std::pair<std::string, AccountId>> users(model.users.begin(), model.users.end());
    EXPECT_EQ(value(view.users()), users);
    for (const auto& [name, id] : users)
        EXPECT_EQ(value(view.user(name)), id);
    std::vector<AccountId> accounts;
    if (!model.debts.empty()) accounts.push_back(kStoreAccount);
    for (const auto& [id, account] : model.accounts)
        accounts.push_back(id);
    EXPECT_EQ(value(view.accounts()), accounts);
    for (const auto& [id, account] : model.accounts)
        expect_account(view, model, id);
    for (const auto& [id, debts] : model.debts)
        expect_contents(view, model, id);
    expect_debts(view, model);
    expect_chunks(view);
}

}  // namespace loam::test
