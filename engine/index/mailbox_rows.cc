#include "engine/index/mailbox_rows.h"

#include <limits>
#include <utility>

#include "engine/base/bytes.h"
#include "engine/index/keys.h"
#include "engine/record/row_codec.h"

namespace loam::index {
namespace {

constexpr std::uint32_t kUidMax = std::numeric_limits<std::uint32_t>::max();

Result<Uid> uid_of(std::string_view key) {
    LOAM_TRY(const ParsedKey parsed, parse_key(key));
    return Uid{static_cast<std::uint32_t>(parsed.number)};
}

Error halves_differ() {
    return fail(Errc::corrupt, "message chunk: one half is missing");
}

/// Appends the rows of all chunks. Both halves are walked side by side.
Status read_chunks(const KvView& kv, AccountId account, MailboxId mailbox,
                   std::vector<MessageRow>& rows) {
    const KeyRange fixed_range = all_of(KeyType::fixed, account, mailbox);
    const KeyRange changing_range = all_of(KeyType::changing, account, mailbox);
    const auto fixed = kv.cursor(Family::state, fixed_range.lower, fixed_range.upper);
    const auto changing = kv.cursor(Family::state, changing_range.lower, changing_range.upper);
    fixed->seek(fixed_range.lower);
    changing->seek(changing_range.lower);
    for (; fixed->valid() && changing->valid(); fixed->next(), changing->next()) {
        if (fixed->key().substr(1) != changing->key().substr(1)) return halves_differ();
        LOAM_TRY(const auto chunk, decode_chunk(fixed->value(), changing->value()));
        if (!rows.empty() && rows.back().uid >= chunk.front().uid)
            return fail(Errc::corrupt, "message chunk: overlaps the one before");
        rows.insert(rows.end(), chunk.begin(), chunk.end());
    }
    LOAM_TRY_STATUS(fixed->status());
    LOAM_TRY_STATUS(changing->status());
    if (fixed->valid() || changing->valid()) return halves_differ();
    return Status::good();
}

}  // namespace

Result<std::vector<MessageRow>> read_single_rows(const KvView& kv, AccountId account,
                                                 MailboxId mailbox, Uid first, Uid last) {
    std::vector<MessageRow> rows;
    const KeyRange range = all_of(KeyType::message, account, mailbox);
    const auto cursor = kv.cursor(Family::state, range.lower, range.upper);
    for (cursor->seek(message_key(account, mailbox, first)); cursor->valid(); cursor->next()) {
        LOAM_TRY(const Uid uid, uid_of(cursor->key()));
        if (uid > last) break;
        LOAM_TRY(MessageRow row, decode_message_row(as_bytes(cursor->value())));
        if (row.uid != uid) return fail(Errc::corrupt, "message row: uid is not its key's");
        rows.push_back(row);
    }
    LOAM_TRY_STATUS(cursor->status());
    return rows;
}

Result<std::vector<MessageRow>> read_rows(const KvView& kv, AccountId account, MailboxId mailbox) {
    std::vector<MessageRow> rows;
    LOAM_TRY_STATUS(read_chunks(kv, account, mailbox, rows));
    const Uid sealed = rows.empty() ? Uid{0} : rows.back().uid;
    if (sealed.value == kUidMax) return rows;
    // Below lie the deletions that sealing left; starting above steps over none of them.
    LOAM_TRY(const auto singles,
             read_single_rows(kv, account, mailbox, Uid{sealed.value + 1}, Uid{kUidMax}));
    rows.insert(rows.end(), singles.begin(), singles.end());
    return rows;
}

ChunkReader::ChunkReader(const KvView& kv, AccountId account, MailboxId mailbox)
    : kv_(kv), account_(account), mailbox_(mailbox) {
    KeyRange range = all_of(KeyType::fixed, account, mailbox);
    fixed_ = kv.cursor(Family::state, std::move(range.lower), std::move(range.upper));
}

Result<std::optional<Chunk>> ChunkReader::read() {
    LOAM_TRY_STATUS(fixed_->status());
    if (!fixed_->valid()) return std::optional<Chunk>();
    LOAM_TRY(const Uid first, uid_of(fixed_->key()));
    LOAM_TRY(const auto changing,
             kv_.get(Family::state, chunk_key(KeyType::changing, account_, mailbox_, first)));
    if (!changing) return halves_differ();
    LOAM_TRY(auto rows, decode_chunk(fixed_->value(), *changing));
    return std::optional<Chunk>({.first = first, .rows = std::move(rows)});
}

Result<std::optional<Chunk>> ChunkReader::from(Uid uid) {
    const std::string key = chunk_key(KeyType::fixed, account_, mailbox_, uid);
    // With an octet more the key itself counts as "before".
    fixed_->seek_before(key + '\0');
    LOAM_TRY_STATUS(fixed_->status());
    if (!fixed_->valid()) {
        fixed_->seek(key);
        return read();
    }
    LOAM_TRY(const FixedHead head, decode_fixed_head(fixed_->value()));
    if (head.last < uid) fixed_->next();
    return read();
}

Result<std::optional<Uid>> ChunkReader::first_before(Uid uid) {
    fixed_->seek_before(chunk_key(KeyType::fixed, account_, mailbox_, uid));
    LOAM_TRY_STATUS(fixed_->status());
    if (!fixed_->valid()) return std::optional<Uid>();
    LOAM_TRY(const Uid first, uid_of(fixed_->key()));
    return std::optional<Uid>(first);
}

Result<Uid> ChunkReader::last_uid() {
    fixed_->seek_before(all_of(KeyType::fixed, account_, mailbox_).upper);
    LOAM_TRY_STATUS(fixed_->status());
    if (!fixed_->valid()) return Uid{0};
    LOAM_TRY(const FixedHead head, decode_fixed_head(fixed_->value()));
    return head.last;
}

}  // namespace loam::index
