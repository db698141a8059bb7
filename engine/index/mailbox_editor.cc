#include "engine/index/mailbox_editor.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <string>
#include <utility>

#include "engine/base/bytes.h"
#include "engine/base/check.h"
#include "engine/index/keys.h"
#include "engine/record/row_codec.h"

namespace loam::index {
namespace {

constexpr Uid kUidMax{std::numeric_limits<std::uint32_t>::max()};
/// Tails remembered at once; beyond it all are forgotten and found out again.
constexpr std::size_t kTailsMax = 64U << 10;

/// The smallest member of `uids` at or above `uid`.
std::optional<Uid> next_of(const UidSet& uids, std::uint64_t uid) {
    const auto ranges = uids.ranges();
    const auto found = std::ranges::lower_bound(
        ranges, uid, {}, [](const UidSet::Range& r) { return std::uint64_t{r.last.value}; });
    if (found == ranges.end()) return std::nullopt;
    return Uid{static_cast<std::uint32_t>(std::max<std::uint64_t>(uid, found->first.value))};
}

bool same_fixed_part(const MessageRow& a, MessageRow b) {
    b.modseq = a.modseq;
    b.flags = a.flags;
    b.keywords = a.keywords;
    return a == b;
}

}  // namespace

std::size_t TailCache::Hash::operator()(const Key& key) const {
    return std::hash<std::uint64_t>{}(key.account.value * 0x9e3779b97f4a7c15ULL ^
                                      key.mailbox.value);
}

std::optional<Tail> TailCache::find(AccountId account, MailboxId mailbox) const {
    const auto found = tails_.find({account, mailbox});
    if (found == tails_.end()) return std::nullopt;
    return found->second;
}

void TailCache::put(AccountId account, MailboxId mailbox, const Tail& tail) {
    if (tails_.size() >= kTailsMax) tails_.clear();
    tails_.insert_or_assign({account, mailbox}, tail);
}

void TailCache::forget(AccountId account, MailboxId mailbox) {
    tails_.erase({account, mailbox});
}

MailboxEditor::MailboxEditor(const KvView& kv, AccountId account, MailboxId mailbox, Tail tail)
    : kv_(kv), account_(account), mailbox_(mailbox), tail_(tail), reader_(kv, account, mailbox) {}

Result<MailboxEditor> MailboxEditor::open(const KvView& kv, AccountId account, MailboxId mailbox,
                                          std::optional<Tail> tail) {
    MailboxEditor editor(kv, account, mailbox, tail.value_or(Tail{}));
    if (tail) return editor;
    LOAM_TRY(editor.tail_.sealed_last, editor.reader_.last_uid());
    if (editor.tail_.sealed_last == kUidMax) return editor;
    LOAM_TRY(
        const auto singles,
        read_single_rows(kv, account, mailbox, Uid{editor.tail_.sealed_last.value + 1}, kUidMax));
    editor.tail_.singles = singles.size();
    return editor;
}

MailboxEditor::Chunks::iterator MailboxEditor::keep(Chunk chunk) {
    const Uid last = chunk.rows.back().uid;
    // What is loaded already may have changed since: it stays.
    return chunks_
        .try_emplace(chunk.first, LoadedChunk{.last = last, .rows = std::move(chunk.rows)})
        .first;
}

Result<MailboxEditor::Chunks::iterator> MailboxEditor::chunk_from(Uid uid) {
    const auto above = chunks_.upper_bound(uid);
    if (above != chunks_.begin() && std::prev(above)->second.last >= uid) return std::prev(above);
    LOAM_TRY(auto chunk, reader_.from(uid));
    if (!chunk) return chunks_.end();
    return keep(*std::move(chunk));
}

/// Visits each chunk that may hold some of `uids`, by ascending uid.
template <typename Visit>
Status MailboxEditor::for_each_chunk(const UidSet& uids, Visit visit) {
    std::optional<Uid> uid = next_of(uids, 1);
    while (uid && *uid <= tail_.sealed_last) {
        LOAM_TRY(const auto chunk, chunk_from(*uid));
        if (chunk == chunks_.end()) break;
        visit(chunk->second);
        uid = next_of(uids, std::uint64_t{chunk->second.last.value} + 1);
    }
    return Status::good();
}

Status MailboxEditor::load_singles(Uid first, Uid last) {
    LOAM_TRY(const auto rows, read_single_rows(kv_, account_, mailbox_, first, last));
    for (const MessageRow& row : rows)
        singles_.try_emplace(row.uid, Single{.row = row});
    return Status::good();
}

Status MailboxEditor::load_singles(const UidSet& uids) {
    const auto first = next_of(uids, std::uint64_t{tail_.sealed_last.value} + 1);
    if (!first) return Status::good();
    const Uid last = uids.ranges().back().last;
    if (*first != last) return load_singles(*first, last);
    if (singles_.contains(last)) return Status::good();
    LOAM_TRY(const auto value, kv_.get(Family::state, message_key(account_, mailbox_, last)));
    if (!value) return Status::good();
    LOAM_TRY(const MessageRow row, decode_message_row(as_bytes(*value)));
    singles_.try_emplace(last, Single{.row = row});
    return Status::good();
}

Status MailboxEditor::put(const MessageRow& row) {
    if (row.uid > tail_.sealed_last) {
        const auto [at, is_new] = singles_.insert_or_assign(row.uid, Single{row, true});
        if (is_new) ++singles_added_;
        return Status::good();
    }
    LOAM_TRY(const auto found, chunk_from(row.uid));
    LOAM_CHECK(found != chunks_.end());
    LoadedChunk& chunk = found->second;
    const auto at = std::ranges::lower_bound(chunk.rows, row.uid, {}, &MessageRow::uid);
    chunk.flags_changed = true;
    if (at != chunk.rows.end() && at->uid == row.uid) {
        chunk.rows_changed = chunk.rows_changed || !same_fixed_part(row, *at);
        *at = row;
    } else {
        chunk.rows_changed = true;
        chunk.rows.insert(at, row);
    }
    return Status::good();
}

Status MailboxEditor::set_flags(const UidSet& uids, Modseq modseq, std::uint8_t flags,
                                std::uint64_t keywords) {
    const auto set = [&](MessageRow& row) {
        row.modseq = modseq;
        row.flags = flags;
        row.keywords = keywords;
    };
    LOAM_TRY_STATUS(for_each_chunk(uids, [&](LoadedChunk& chunk) {
        for (MessageRow& row : chunk.rows) {
            if (!uids.contains(row.uid)) continue;
            set(row);
            chunk.flags_changed = true;
        }
    }));
    LOAM_TRY_STATUS(load_singles(uids));
    for (auto& [uid, single] : singles_) {
        if (!single.row || !uids.contains(uid)) continue;
        set(*single.row);
        single.changed = true;
    }
    return Status::good();
}

Status MailboxEditor::remove(const UidSet& uids) {
    LOAM_TRY_STATUS(for_each_chunk(uids, [&](LoadedChunk& chunk) {
        const auto gone = std::erase_if(
            chunk.rows, [&](const MessageRow& row) { return uids.contains(row.uid); });
        if (gone == 0) return;
        chunk.rows_changed = true;
        chunk.flags_changed = true;
    }));
    LOAM_TRY_STATUS(load_singles(uids));
    for (auto& [uid, single] : singles_) {
        if (!single.row || !uids.contains(uid)) continue;
        single = {.row = std::nullopt, .changed = true};
    }
    return Status::good();
}

}  // namespace loam::index
