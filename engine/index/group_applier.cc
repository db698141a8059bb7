#include "engine/index/group_applier.h"

#include <algorithm>
#include <tuple>
#include <variant>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/check.h"
#include "engine/index/values.h"
#include "engine/record/limits.h"
#include "engine/record/row_codec.h"

namespace loam::index {
namespace {

/// Adds what is not there yet, so that a replay that meets half of an upload loses none of it.
void add_places(std::vector<Place>& into, std::span<const Place> places) {
    for (const Place& place : places) {
        if (std::ranges::find(into, place) == into.end()) into.push_back(place);
    }
    std::ranges::sort(into, {}, [](const Place& place) {
        return std::tuple(place.group, place.record, place.offset);
    });
}

}  // namespace

GroupApplier::GroupApplier(const KvView& kv, TailCache& tails, const GroupToApply& group)
    : kv_(kv), tails_(tails), group_(group), merged_(kv, batch_) {}

Result<Batch> GroupApplier::run() {
    std::uint32_t number = 0;
    for (const AppliedRecord& applied : group_.records) {
        const Context at{.account = applied.account, .number = number++, .applied = applied};
        LOAM_TRY_STATUS(
            std::visit([&](const auto& record) { return apply(at, record); }, *applied.record));
    }
    for (auto& [where, mailbox] : editors_) {
        const auto& [account, id] = where;
        LOAM_TRY(const auto tail, mailbox.finish(batch_.state));
        if (tail) {
            tails_.put(account, id, *tail);
        } else {
            tails_.forget(account, id);
        }
    }
    batch_.state.insert_or_assign(position_key(),
                                  encode_applied({.end = group_.end, .chain = group_.chain}));
    return std::move(batch_);
}

Result<MailboxEditor*> GroupApplier::editor(AccountId account, MailboxId mailbox) {
    const auto found = editors_.find({account, mailbox});
    if (found != editors_.end()) return &found->second;
    LOAM_TRY(auto opened,
             MailboxEditor::open(kv_, account, mailbox, tails_.find(account, mailbox)));
    return &editors_.emplace(std::pair(account, mailbox), std::move(opened)).first->second;
}

void GroupApplier::put(std::string key, const ByteVector& value) {
    batch_.state.insert_or_assign(std::move(key), std::string(as_text(value)));
}

Status GroupApplier::put_cell(AccountId account, AccountCell cell) {
    std::string key = account_key(account);
    LOAM_TRY(const auto before, merged_.get(Family::state, key));
    if (before) {
        LOAM_TRY(const AccountCell old, decode_account_cell(as_bytes(*before)));
        cell.next_cid = std::max(cell.next_cid, old.next_cid);
    }
    put(std::move(key), encode_row(cell));
    return Status::good();
}

Status GroupApplier::keep_cid(AccountId account, std::uint64_t upload) {
    const std::string key = account_key(account);
    LOAM_TRY(const auto before, merged_.get(Family::state, key));
    if (!before) return Status::good();  // the account is deleted
    LOAM_TRY(AccountCell cell, decode_account_cell(as_bytes(*before)));
    if (cell.next_cid.value > upload) return Status::good();
    cell.next_cid = Cid{upload + 1};
    put(key, encode_row(cell));
    return Status::good();
}

void GroupApplier::put_erase(AccountId account, const EraseId& id, const EraseRow& row) {
    std::string key = erase_key(account, id);
    if (row.done()) {
        batch_.state.insert_or_assign(std::move(key), std::nullopt);
    } else {
        put(std::move(key), encode_row(row));
    }
}

void GroupApplier::put_mailbox(AccountId account, MailboxId mailbox, const MailboxRow& row) {
    put(mailbox_key(account, mailbox), encode_row(row));
}

Status GroupApplier::add_vanished(AccountId account, MailboxId mailbox, Modseq modseq,
                                  const UidSet& uids) {
    std::string key = vanished_key(account, mailbox, modseq);
    LOAM_TRY(const auto before, merged_.get(Family::state, key));
    if (!before) {
        put(std::move(key), encode_row(uids));
        return Status::good();
    }
    LOAM_TRY(UidSet all, decode_uid_set(as_bytes(*before)));
    all.add(uids);
    put(std::move(key), encode_row(all));
    return Status::good();
}

Status GroupApplier::put_counts(AccountId account, std::span<const CidCount> counts) {
    std::size_t i = 0;
    while (i < counts.size()) {
        const std::uint64_t block = counts[i].cid.value / kCountsPerKey;
        const std::string key = counts_key(account, counts[i].cid);
        LOAM_TRY(const auto value, merged_.get(Family::state, key));
        Counts block_counts;
        if (value) {
            LOAM_TRY(block_counts, decode_counts(*value));
        }
        for (; i < counts.size() && counts[i].cid.value / kCountsPerKey == block; ++i) {
            const auto place = static_cast<std::uint8_t>(counts[i].cid.value % kCountsPerKey);
            if (counts[i].count == 1) {
                block_counts.erase(place);
            } else {
                block_counts.insert_or_assign(place, counts[i].count);
            }
        }
        batch_.state.insert_or_assign(
            key, block_counts.empty() ? std::optional<std::string>() : encode_counts(block_counts));
    }
    return Status::good();
}

Status GroupApplier::remove_all(const KeyRange& range) {
    std::vector<std::string> keys;
    const auto cursor = merged_.cursor(Family::state, range.lower, range.upper);
    for (cursor->seek(range.lower); cursor->valid(); cursor->next())
        keys.emplace_back(cursor->key());
    LOAM_TRY_STATUS(cursor->status());
    for (std::string& key : keys)
        batch_.state.insert_or_assign(std::move(key), std::nullopt);
    return Status::good();
}

Status GroupApplier::apply(const Context&, const NoopRecord&) {
    return Status::good();
}

Status GroupApplier::apply(const Context&, const CheckpointRecord& record) {
    batch_.state.insert_or_assign(segments_key(), encode_checkpoint(record));
    return Status::good();
}

Status GroupApplier::apply(const Context& at, const VtrimRecord& record) {
    return remove_all({.lower = all_of(KeyType::vanished, at.account, record.mailbox).lower,
                       .upper = vanished_key(at.account, record.mailbox, record.floor) + '\0'});
}

/// The parts of a snapshot that never got its last word say nothing, and stay until their segment
/// goes.
Status GroupApplier::apply(const Context& at, const SnapshotRecord& record) {
    if (!record.last) return Status::good();
    const std::string key = snapshot_key(at.account);
    LOAM_TRY(const auto before, merged_.get(Family::state, key));
    if (before) {
        LOAM_TRY(SnapshotRow old, decode_snapshot(*before));
        if (old.covers >= record.covers) return Status::good();  // a replay that has been here
        const EraseId id{.group = group_.group, .number = at.number};
        put_erase(
            at.account, id,
            {.deadline_us = record.erase_deadline_us, .cids = {}, .places = std::move(old.places)});
    }
    batch_.state.insert_or_assign(
        key, encode_snapshot({.covers = record.covers, .places = record.parts}));
    return Status::good();
}

Status GroupApplier::apply(const Context& at, const AppendRecord& record) {
    LOAM_TRY(MailboxEditor * rows, editor(at.account, record.mailbox));
    LOAM_TRY_STATUS(rows->put(record.row));
    ContentRow content{.sha256 = record.sha256,
                       .size = record.size,
                       .sidecar_bytes = record.sidecar_bytes,
                       .places = record.chunk_places};
    content.places.push_back(at.applied.payload);
    put(content_key(at.account, record.row.cid), encode_row(content));
    put_mailbox(at.account, record.mailbox, record.mailbox_row);
    LOAM_TRY_STATUS(put_cell(at.account, record.cell));
    if (!at.applied.sidecar.empty()) {
        batch_.cache.insert_or_assign(sidecar_key(at.account, record.row.cid),
                                      std::string(at.applied.sidecar));
    }
    if (record.upload == 0) return Status::good();
    return remove_all(all_of_upload(at.account, record.upload));
}

Status GroupApplier::apply(const Context& at, const ChunkRecord& record) {
    put(upload_key(at.account, record.upload, record.sequence), encode_row(at.applied.payload));
    return keep_cid(at.account, record.upload);
}

Status GroupApplier::apply(const Context& at, const AbortRecord& record) {
    const KeyRange range = all_of_upload(at.account, record.upload);
    std::vector<Place> places;
    const auto cursor = merged_.cursor(Family::state, range.lower, range.upper);
    for (cursor->seek(range.lower); cursor->valid(); cursor->next()) {
        LOAM_TRY(const Place place, decode_place(as_bytes(cursor->value())));
        places.push_back(place);
    }
    LOAM_TRY_STATUS(cursor->status());
    // Nothing left: an upload without chunks, or a replay that has been here before.
    if (places.empty()) return Status::good();
    EraseRow erase{.deadline_us = record.erase_deadline_us, .cids = {}, .places = {}};
    const EraseId id{.group = group_.group, .number = at.number};
    LOAM_TRY(const auto before, merged_.get(Family::state, erase_key(at.account, id)));
    if (before) {
        LOAM_TRY(erase, decode_erase_row(as_bytes(*before)));
    }
    add_places(erase.places, places);
    put_erase(at.account, id, erase);
    return remove_all(range);
}

Status GroupApplier::apply(const Context& at, const CopyRecord& record) {
    LOAM_TRY(MailboxEditor * rows, editor(at.account, record.target));
    for (const MessageRow& row : record.rows)
        LOAM_TRY_STATUS(rows->put(row));
    LOAM_TRY_STATUS(put_counts(at.account, record.counts));
    put_mailbox(at.account, record.target, record.target_row);
    return put_cell(at.account, record.cell);
}

Status GroupApplier::apply(const Context& at, const MoveRecord& record) {
    LOAM_TRY(MailboxEditor * source, editor(at.account, record.source));
    LOAM_TRY_STATUS(source->remove(record.source_uids));
    LOAM_TRY_STATUS(add_vanished(at.account, record.source, record.modseq, record.source_uids));
    LOAM_TRY(MailboxEditor * target, editor(at.account, record.target));
    for (const MessageRow& row : record.rows)
        LOAM_TRY_STATUS(target->put(row));
    put_mailbox(at.account, record.source, record.source_row);
    put_mailbox(at.account, record.target, record.target_row);
    return put_cell(at.account, record.cell);
}

Status GroupApplier::apply(const Context& at, const FlagsRecord& record) {
    LOAM_TRY(MailboxEditor * rows, editor(at.account, record.mailbox));
    for (const FlagsRecord::Run& run : record.runs)
        LOAM_TRY_STATUS(rows->set_flags(run.uids, record.modseq, run.flags, run.keywords));
    put_mailbox(at.account, record.mailbox, record.mailbox_row);
    return put_cell(at.account, record.cell);
}

Status GroupApplier::apply(const Context& at, const ExpungeRecord& record) {
    LOAM_TRY(MailboxEditor * rows, editor(at.account, record.mailbox));
    LOAM_TRY_STATUS(rows->remove(record.uids));
    LOAM_TRY_STATUS(add_vanished(at.account, record.mailbox, record.modseq, record.uids));
    LOAM_TRY_STATUS(put_counts(at.account, record.counts));
    owe_erasures(at, record);
    put_mailbox(at.account, record.mailbox, record.mailbox_row);
    return put_cell(at.account, record.cell);
}

/// The contents that nobody shares any more, in rows of a bounded size.
void GroupApplier::owe_erasures(const Context& at, const ExpungeRecord& record) {
    EraseRow erase{.deadline_us = record.erase_deadline_us, .cids = {}, .places = {}};
    std::uint32_t part = 0;
    const auto put_part = [&] {
        if (erase.cids.empty()) return;
        const EraseId id{.group = group_.group, .number = at.number + (part << kErasePartShift)};
        put_erase(at.account, id, erase);
        ++part;
        erase.cids.clear();
    };
    for (const CidCount& count : record.counts) {
        if (count.count != 0) continue;
        erase.cids.push_back(count.cid);
        batch_.cache.insert_or_assign(sidecar_key(at.account, count.cid), std::nullopt);
        if (erase.cids.size() == kEraseRowCids) put_part();
    }
    put_part();
}

Status GroupApplier::apply(const Context& at, const EraseRecord& record) {
    std::vector<CidCount> forgotten;  // that they have no rows need not be remembered any longer
    for (const Cid cid : record.cids) {
        batch_.state.insert_or_assign(content_key(at.account, cid), std::nullopt);
        batch_.cache.insert_or_assign(sidecar_key(at.account, cid), std::nullopt);
        forgotten.push_back({.cid = cid, .count = 1});
    }
    LOAM_TRY_STATUS(put_counts(at.account, forgotten));
    put_erase(at.account, record.id, record.row);
    return Status::good();
}

Status GroupApplier::apply(const Context& at, const ErasedRecord& record) {
    put_erase(at.account, record.id, record.row);
    return Status::good();
}

Status GroupApplier::apply(const Context& at, const MailboxRecord& record) {
    for (const auto& [name, row] : record.names) {
        if (row.mailbox || row.subscribed) {
            put(name_key(at.account, name), encode_row(row));
        } else {
            batch_.state.insert_or_assign(name_key(at.account, name), std::nullopt);
        }
    }
    for (const auto& [id, row] : record.mailboxes)
        put_mailbox(at.account, id, row);
    for (const MailboxId id : record.deleted) {
        batch_.state.insert_or_assign(mailbox_key(at.account, id), std::nullopt);
        LOAM_TRY_STATUS(remove_all(all_of(KeyType::vanished, at.account, id)));
    }
    return put_cell(at.account, record.cell);
}

Status GroupApplier::apply(const Context& at, const QuotaRecord& record) {
    return put_cell(at.account, record.cell);
}

Status GroupApplier::apply(const Context& at, const AccountRecord& record) {
    if (at.account == kStoreAccount) {
        batch_.state.insert_or_assign(
            user_key(record.user),
            record.account ? std::optional(encode_account_id(*record.account)) : std::nullopt);
        return put_cell(at.account, record.cell);
    }
    if (!record.credentials) return remove_account(at.account);
    put(credential_key(at.account), encode_row(*record.credentials));
    return put_cell(at.account, record.cell);
}

Status GroupApplier::remove_account(AccountId account) {
    // C, E and Y stay: they say what is still to be erased from the log.
    constexpr std::array kTypes = {KeyType::account,  KeyType::credential, KeyType::name,
                                   KeyType::mailbox,  KeyType::message,    KeyType::fixed,
                                   KeyType::changing, KeyType::vanished,   KeyType::counts};
    for (const KeyType type : kTypes)
        LOAM_TRY_STATUS(remove_all(all_of(type, account)));
    for (auto at = editors_.lower_bound({account, MailboxId{0}});
         at != editors_.end() && at->first.first == account;) {
        tails_.forget(account, at->first.second);
        at = editors_.erase(at);
    }
    return Status::good();
}

}  // namespace loam::index
