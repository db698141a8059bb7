#include <algorithm>
#include <iterator>
#include <limits>
#include <string>
#include <utility>

#include "engine/base/bytes.h"
#include "engine/base/check.h"
#include "engine/index/keys.h"
#include "engine/index/mailbox_editor.h"
#include "engine/record/row_codec.h"

/// The second half of MailboxEditor: from changed rows to keys and values.
namespace loam::index {
namespace {

std::string row_value(const MessageRow& row) {
    const ByteVector bytes = encode_row(row);
    return std::string(as_text(bytes));
}

bool fit_together(std::span<const MessageRow> a, std::span<const MessageRow> b) {
    return !a.empty() && !b.empty() && a.size() + b.size() <= kChunkRows;
}

}  // namespace

Result<std::optional<Tail>> MailboxEditor::finish(Changes& out) {
    LOAM_TRY_STATUS(merge_small_chunks());
    write_chunks(out);
    LOAM_TRY(tail_.singles, write_singles(out));
    if (!tail_known_) return std::optional<Tail>();
    return std::optional<Tail>(tail_);
}

Status MailboxEditor::merge_small_chunks() {
    for (auto chunk = chunks_.begin(); chunk != chunks_.end(); ++chunk) {
        const LoadedChunk& loaded = chunk->second;
        if (!loaded.rows_changed) continue;
        // The last row of all may have gone, and another uid be the largest now.
        if (loaded.last == tail_.sealed_last) tail_known_ = false;
        if (loaded.rows.empty() || loaded.rows.size() >= kChunkRowsSmall) continue;
        LOAM_TRY(const bool merged, merge_with_previous(chunk));
        if (!merged) LOAM_TRY_STATUS(merge_with_next(chunk));
    }
    return Status::good();
}

/// The last chunk before `first` that still has rows; end(): none.
Result<MailboxEditor::Chunks::iterator> MailboxEditor::chunk_before(Uid first) {
    for (;;) {
        LOAM_TRY(const auto found, reader_.first_before(first));
        if (!found) return chunks_.end();
        const auto loaded = chunks_.find(*found);
        if (loaded == chunks_.end()) {
            LOAM_TRY(auto chunk, reader_.read());
            return keep(*std::move(chunk));
        }
        if (!loaded->second.rows.empty()) return loaded;
        first = *found;
    }
}

Result<bool> MailboxEditor::merge_with_previous(Chunks::iterator chunk) {
    LOAM_TRY(const auto found, chunk_before(chunk->first));
    if (found == chunks_.end()) return false;
    LoadedChunk& previous = found->second;
    std::vector<MessageRow>& rows = chunk->second.rows;
    if (!fit_together(previous.rows, rows)) return false;
    previous.rows.insert(previous.rows.end(), rows.begin(), rows.end());
    previous.rows_changed = previous.flags_changed = true;
    rows.clear();
    return true;
}

Result<bool> MailboxEditor::merge_with_next(Chunks::iterator chunk) {
    if (chunk->second.last == tail_.sealed_last) return false;
    LOAM_TRY(const auto found, chunk_from(Uid{chunk->second.last.value + 1}));
    if (found == chunks_.end()) return false;
    LoadedChunk& next = found->second;
    std::vector<MessageRow>& rows = chunk->second.rows;
    if (!fit_together(next.rows, rows)) return false;
    next.rows.insert(next.rows.begin(), rows.begin(), rows.end());
    next.rows_changed = next.flags_changed = true;
    rows.clear();
    return true;
}

void MailboxEditor::write_chunk(Changes& out, std::span<const MessageRow> rows) const {
    const Uid first = rows.front().uid;
    out.insert_or_assign(chunk_key(KeyType::fixed, account_, mailbox_, first), encode_fixed(rows));
    out.insert_or_assign(chunk_key(KeyType::changing, account_, mailbox_, first),
                         encode_changing(rows));
}

void MailboxEditor::write_chunks(Changes& out) const {
    // First all that goes: a chunk may take over the key of another.
    for (const auto& [first, chunk] : chunks_) {
        if (!chunk.rows_changed) continue;
        out.insert_or_assign(chunk_key(KeyType::fixed, account_, mailbox_, first), std::nullopt);
        out.insert_or_assign(chunk_key(KeyType::changing, account_, mailbox_, first), std::nullopt);
    }
    for (const auto& [first, chunk] : chunks_) {
        const std::span<const MessageRow> rows(chunk.rows);
        if (chunk.rows_changed) {
            const std::size_t piece = rows.size() > kChunkRowsMax ? kChunkRows : kChunkRowsMax;
            for (std::size_t at = 0; at < rows.size(); at += piece)
                write_chunk(out, rows.subspan(at, std::min(piece, rows.size() - at)));
        } else if (chunk.flags_changed) {
            out.insert_or_assign(chunk_key(KeyType::changing, account_, mailbox_, first),
                                 encode_changing(rows));
        }
    }
}

Result<std::size_t> MailboxEditor::write_singles(Changes& out) {
    if (tail_.singles + singles_added_ >= kSingleRowsMax) return seal(out);
    std::size_t removed = 0;
    for (const auto& [uid, single] : singles_) {
        if (!single.changed) continue;
        std::string key = message_key(account_, mailbox_, uid);
        if (single.row) {
            out.insert_or_assign(std::move(key), row_value(*single.row));
        } else {
            out.insert_or_assign(std::move(key), std::nullopt);
            ++removed;
        }
    }
    const std::size_t before = tail_.singles + singles_added_;
    return before - std::min(before, removed);
}

Result<std::size_t> MailboxEditor::seal(Changes& out) {
    LOAM_CHECK(tail_.sealed_last.value < std::numeric_limits<std::uint32_t>::max());
    LOAM_TRY(const auto stored,
             read_single_rows(kv_, account_, mailbox_, Uid{tail_.sealed_last.value + 1},
                              Uid{std::numeric_limits<std::uint32_t>::max()}));
    for (const MessageRow& row : stored)
        singles_.try_emplace(row.uid, Single{.row = row});
    std::vector<MessageRow> rows;
    for (const auto& [uid, single] : singles_) {
        if (single.row) rows.push_back(*single.row);
    }
    std::size_t sealed = 0;
    while (rows.size() - sealed >= kSingleRowsMax) {
        write_chunk(out, std::span(rows).subspan(sealed, kChunkRows));
        sealed += kChunkRows;
    }
    if (sealed != 0) {
        tail_.sealed_last = rows[sealed - 1].uid;
        tail_known_ = true;
    }
    for (const MessageRow& row : stored) {
        const bool stays = row.uid > tail_.sealed_last && singles_.at(row.uid).row;
        if (!stays) out.insert_or_assign(message_key(account_, mailbox_, row.uid), std::nullopt);
    }
    for (auto at = singles_.upper_bound(tail_.sealed_last); at != singles_.end(); ++at) {
        if (!at->second.row || !at->second.changed) continue;
        out.insert_or_assign(message_key(account_, mailbox_, at->first),
                             row_value(*at->second.row));
    }
    return rows.size() - sealed;
}

}  // namespace loam::index
