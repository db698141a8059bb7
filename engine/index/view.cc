#include "engine/index/view.h"

#include <algorithm>
#include <map>
#include <utility>

#include "engine/base/bytes.h"
#include "engine/index/keys.h"
#include "engine/index/kv.h"
#include "engine/index/mailbox_rows.h"
#include "engine/index/values.h"
#include "engine/record/row_codec.h"

namespace loam {
namespace {

using index::Family;
using index::KeyRange;
using index::KeyType;
using index::KvView;
using index::ParsedKey;

/// The value at `key` decoded, if there is one.
template <typename T>
Result<std::optional<T>> get_row(const KvView& kv, const std::string& key,
                                 Result<T> (*decode)(Bytes)) {
    LOAM_TRY(const auto value, kv.get(Family::state, key));
    if (!value) return std::optional<T>();
    LOAM_TRY(T row, decode(as_bytes(*value)));
    return std::optional<T>(std::move(row));
}

/// Calls `visit(key, value)`, which returns a Status, for each key of the range.
template <typename Visit>
Status for_each(const KvView& kv, const KeyRange& range, Visit visit) {
    const auto cursor = kv.cursor(Family::state, range.lower, range.upper);
    for (cursor->seek(range.lower); cursor->valid(); cursor->next()) {
        LOAM_TRY(const ParsedKey key, index::parse_key(cursor->key()));
        LOAM_TRY_STATUS(visit(key, cursor->value()));
    }
    return cursor->status();
}

/// The most gaps between cids for which stepping through them beats looking each up.
constexpr std::uint64_t kStepsPerSidecar = 8;

bool close_together(std::span<const Cid> cids) {
    return cids.back().value - cids.front().value < cids.size() * kStepsPerSidecar;
}

Result<std::vector<std::optional<std::string>>> walk_sidecars(const KvView& kv, AccountId account,
                                                              std::span<const Cid> cids) {
    std::vector<std::optional<std::string>> found(cids.size());
    const std::string upper = index::sidecar_key(account, cids.back()) + '\0';
    const auto cursor = kv.cursor(Family::cache, index::sidecar_key(account, cids.front()), upper);
    cursor->seek(index::sidecar_key(account, cids.front()));
    for (std::size_t i = 0; i < cids.size() && cursor->valid(); ++i) {
        const std::string key = index::sidecar_key(account, cids[i]);
        while (cursor->valid() && cursor->key() < key)
            cursor->next();
        if (cursor->valid() && cursor->key() == key) found[i] = std::string(cursor->value());
    }
    LOAM_TRY_STATUS(cursor->status());
    return found;
}

}  // namespace

IndexView::IndexView(std::unique_ptr<KvView> kv) : kv_(std::move(kv)) {}
IndexView::~IndexView() = default;
IndexView::IndexView(IndexView&& other) noexcept = default;
IndexView& IndexView::operator=(IndexView&& other) noexcept = default;

Result<Applied> IndexView::applied() const {
    LOAM_TRY(const auto value, kv_->get(Family::state, index::position_key()));
    if (!value) return Applied{};
    return index::decode_applied(*value);
}

Result<std::optional<AccountId>> IndexView::user(std::string_view name) const {
    LOAM_TRY(const auto value, kv_->get(Family::state, index::user_key(name)));
    if (!value) return std::optional<AccountId>();
    LOAM_TRY(const AccountId id, index::decode_account_id(*value));
    return std::optional<AccountId>(id);
}

Result<std::vector<std::pair<std::string, AccountId>>> IndexView::users() const {
    std::vector<std::pair<std::string, AccountId>> found;
    LOAM_TRY_STATUS(for_each(*kv_, index::all_of(KeyType::user),
                             [&](const ParsedKey& key, std::string_view value) -> Status {
                                 LOAM_TRY(const AccountId id, index::decode_account_id(value));
                                 found.emplace_back(key.name, id);
                                 return Status::good();
                             }));
    return found;
}

Result<std::vector<AccountId>> IndexView::accounts() const {
    std::vector<AccountId> found;
    LOAM_TRY_STATUS(for_each(*kv_, index::all_of(KeyType::account),
                             [&](const ParsedKey& key, std::string_view) {
                                 found.push_back(key.account);
                                 return Status::good();
                             }));
    return found;
}

Result<std::optional<AccountCell>> IndexView::account(AccountId account) const {
    return get_row(*kv_, index::account_key(account), decode_account_cell);
}

Result<std::optional<CredentialRow>> IndexView::credentials(AccountId account) const {
    return get_row(*kv_, index::credential_key(account), decode_credential_row);
}

Result<std::optional<NameRow>> IndexView::name(AccountId account, std::string_view name) const {
    if (name.contains('\0')) return std::optional<NameRow>();
    return get_row(*kv_, index::name_key(account, name), decode_name_row);
}

Result<std::vector<std::pair<std::string, NameRow>>> IndexView::names(AccountId account) const {
    std::vector<std::pair<std::string, NameRow>> found;
    LOAM_TRY_STATUS(for_each(*kv_, index::all_of(KeyType::name, account),
                             [&](const ParsedKey& key, std::string_view value) -> Status {
                                 LOAM_TRY(NameRow row, decode_name_row(as_bytes(value)));
                                 found.emplace_back(key.name, row);
                                 return Status::good();
                             }));
    return found;
}

Result<std::vector<std::pair<MailboxId, MailboxRow>>> IndexView::mailboxes(
    AccountId account) const {
    std::vector<std::pair<MailboxId, MailboxRow>> found;
    LOAM_TRY_STATUS(for_each(*kv_, index::all_of(KeyType::mailbox, account),
                             [&](const ParsedKey& key, std::string_view value) -> Status {
                                 LOAM_TRY(MailboxRow row, decode_mailbox_row(as_bytes(value)));
                                 found.emplace_back(key.mailbox, std::move(row));
                                 return Status::good();
                             }));
    return found;
}

Result<AccountImage> IndexView::load_account(AccountId account) const {
    AccountImage image;
    LOAM_TRY(image.position, applied());
    LOAM_TRY(const auto cell, this->account(account));
    if (!cell) return fail(Errc::not_found, "no such account");
    image.cell = *cell;
    LOAM_TRY(image.names, names(account));
    LOAM_TRY(image.mailboxes, mailboxes(account));
    return image;
}

Result<std::optional<MailboxRow>> IndexView::mailbox(AccountId account, MailboxId mailbox) const {
    return get_row(*kv_, index::mailbox_key(account, mailbox), decode_mailbox_row);
}

Result<std::vector<MessageRow>> IndexView::rows(AccountId account, MailboxId mailbox) const {
    return index::read_rows(*kv_, account, mailbox);
}

Result<MailboxImage> IndexView::load_mailbox(AccountId account, MailboxId mailbox) const {
    MailboxImage image;
    LOAM_TRY(image.position, applied());
    LOAM_TRY(auto row, this->mailbox(account, mailbox));
    if (!row) return fail(Errc::not_found, "no such mailbox");
    image.row = *std::move(row);
    LOAM_TRY(image.rows, rows(account, mailbox));
    return image;
}

Result<UidSet> IndexView::vanished(AccountId account, MailboxId mailbox, Modseq since) const {
    KeyRange range = index::all_of(KeyType::vanished, account, mailbox);
    // Behind the key of `since` itself, and before the next one.
    range.lower = index::vanished_key(account, mailbox, since) + '\0';
    UidSet all;
    LOAM_TRY_STATUS(for_each(*kv_, range, [&](const ParsedKey&, std::string_view value) -> Status {
        LOAM_TRY(const UidSet uids, decode_uid_set(as_bytes(value)));
        for (const UidSet::Range& uid_range : uids.ranges())
            all.add(uid_range);
        return Status::good();
    }));
    return all;
}

Result<std::vector<std::optional<ContentRow>>> IndexView::contents(
    AccountId account, std::span<const Cid> cids) const {
    std::vector<std::string> keys;
    keys.reserve(cids.size());
    for (const Cid cid : cids)
        keys.push_back(index::content_key(account, cid));
    LOAM_TRY(const auto values, kv_->get_many(Family::state, keys));
    std::vector<std::optional<ContentRow>> rows(cids.size());
    for (std::size_t i = 0; i < cids.size(); ++i) {
        if (!values[i]) continue;
        LOAM_TRY(rows[i], decode_content_row(as_bytes(*values[i])));
    }
    return rows;
}

Result<std::vector<Cid>> IndexView::content_ids(AccountId account) const {
    std::vector<Cid> found;
    LOAM_TRY_STATUS(for_each(*kv_, index::all_of(KeyType::content, account),
                             [&](const ParsedKey& key, std::string_view) {
                                 found.push_back(Cid{key.number});
                                 return Status::good();
                             }));
    return found;
}

Result<std::optional<CheckpointRecord>> IndexView::checkpoint() const {
    LOAM_TRY(const auto value, kv_->get(Family::state, index::segments_key()));
    if (!value) return std::optional<CheckpointRecord>();
    LOAM_TRY(CheckpointRecord checkpoint, index::decode_checkpoint(*value));
    return std::optional<CheckpointRecord>(std::move(checkpoint));
}

Result<std::optional<SnapshotRow>> IndexView::snapshot(AccountId account) const {
    LOAM_TRY(const auto value, kv_->get(Family::state, index::snapshot_key(account)));
    if (!value) return std::optional<SnapshotRow>();
    LOAM_TRY(SnapshotRow row, index::decode_snapshot(*value));
    return std::optional<SnapshotRow>(std::move(row));
}

Status IndexView::each_place(const std::function<void(const Place&)>& visit) const {
    LOAM_TRY_STATUS(for_each(*kv_, index::all_of(KeyType::content),
                             [&](const ParsedKey&, std::string_view value) -> Status {
                                 LOAM_TRY(const ContentRow row,
                                          decode_content_row(as_bytes(value)));
                                 std::ranges::for_each(row.places, visit);
                                 return Status::good();
                             }));
    return for_each(*kv_, index::all_of(KeyType::upload),
                    [&](const ParsedKey&, std::string_view value) -> Status {
                        LOAM_TRY(const Place place, decode_place(as_bytes(value)));
                        visit(place);
                        return Status::good();
                    });
}

Status IndexView::each_state(AccountId account, std::string_view from,
                             const VisitState& visit) const {
    for (const KeyRange& range : index::all_of_account(account)) {
        if (range.upper <= from) continue;
        const auto cursor = kv_->cursor(Family::state, range.lower, range.upper);
        for (cursor->seek(from); cursor->valid(); cursor->next()) {
            if (!visit(cursor->key(), cursor->value())) return Status::good();
        }
        LOAM_TRY_STATUS(cursor->status());
    }
    return Status::good();
}

Result<std::vector<std::uint32_t>> IndexView::counts(AccountId account,
                                                     std::span<const Cid> cids) const {
    std::map<std::string, std::size_t> blocks;  // key, then its place in `keys`
    for (const Cid cid : cids)
        blocks.try_emplace(index::counts_key(account, cid));
    std::vector<std::string> keys;
    for (auto& [key, place] : blocks) {
        place = keys.size();
        keys.push_back(key);
    }
    LOAM_TRY(const auto values, kv_->get_many(Family::state, keys));
    std::vector<index::Counts> decoded(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (!values[i]) continue;
        LOAM_TRY(decoded[i], index::decode_counts(*values[i]));
    }
    std::vector<std::uint32_t> counts;
    counts.reserve(cids.size());
    for (const Cid cid : cids) {
        const index::Counts& block = decoded[blocks.at(index::counts_key(account, cid))];
        const auto found = block.find(static_cast<std::uint8_t>(cid.value % index::kCountsPerKey));
        counts.push_back(found == block.end() ? 1 : found->second);
    }
    return counts;
}

Result<std::vector<std::optional<std::string>>> IndexView::sidecars(
    AccountId account, std::span<const Cid> cids) const {
    if (cids.empty()) return std::vector<std::optional<std::string>>();
    if (cids.size() > 1 && close_together(cids)) return walk_sidecars(*kv_, account, cids);
    std::vector<std::string> keys;
    keys.reserve(cids.size());
    for (const Cid cid : cids)
        keys.push_back(index::sidecar_key(account, cid));
    return kv_->get_many(Family::cache, keys);
}

Result<std::vector<OwedErasure>> IndexView::erasures() const {
    std::vector<OwedErasure> found;
    LOAM_TRY_STATUS(each_erasure(nullptr, [&](OwedErasure owed) {
        found.push_back(std::move(owed));
        return true;
    }));
    return found;
}

Status IndexView::each_erasure(const OwedErasure* after,
                               const std::function<bool(OwedErasure)>& visit) const {
    KeyRange range = index::all_of(KeyType::erase);
    if (after != nullptr) range.lower = index::erase_key(after->account, after->id) + '\0';
    const auto cursor = kv_->cursor(Family::state, range.lower, range.upper);
    for (cursor->seek(range.lower); cursor->valid(); cursor->next()) {
        LOAM_TRY(const ParsedKey key, index::parse_key(cursor->key()));
        LOAM_TRY(EraseRow row, decode_erase_row(as_bytes(cursor->value())));
        const EraseId id{.group = Lsn{key.number}, .number = key.detail};
        if (!visit({.account = key.account, .id = id, .row = std::move(row)})) break;
    }
    return cursor->status();
}

Result<std::vector<OpenUpload>> IndexView::open_uploads() const {
    std::vector<OpenUpload> found;
    LOAM_TRY_STATUS(for_each(
        *kv_, index::all_of(KeyType::upload),
        [&](const ParsedKey& key, std::string_view value) -> Status {
            LOAM_TRY(const Place place, decode_place(as_bytes(value)));
            const bool same = !found.empty() && found.back().account == key.account &&
                              found.back().upload == key.number;
            if (!same)
                found.push_back({.account = key.account, .upload = key.number, .chunks = {}});
            found.back().chunks.emplace_back(key.detail, place);
            return Status::good();
        }));
    return found;
}

}  // namespace loam
