#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/base/uid_set.h"
#include "engine/record/rows.h"
#include "engine/record/upkeep_records.h"

namespace loam {

namespace index {
class KvView;
}

/// May a read wait for the disk?
enum class ReadTier : std::uint8_t {
    cache_only,  ///< no: Errc::busy, and the caller asks again with may_block off the reactor
    may_block,
};

/// How much of the log the index holds: the end of the last group applied, and its chain hash.
struct Applied {
    Lsn end;  ///< 0: nothing yet
    std::array<std::byte, 16> chain{};
    friend bool operator==(const Applied&, const Applied&) = default;
};

/// What a mailbox view is built from.
struct MailboxImage {
    Applied position;  ///< the image holds exactly the records before it
    MailboxRow row;
    std::vector<MessageRow> rows;  ///< by ascending uid
};

/// What an account is built from.
struct AccountImage {
    Applied position;
    AccountCell cell;
    std::vector<std::pair<std::string, NameRow>> names;       ///< each level after its parent
    std::vector<std::pair<MailboxId, MailboxRow>> mailboxes;  ///< by ascending id
};

/// An upload whose APPEND or ABORT has not come.
struct OpenUpload {
    AccountId account;
    std::uint64_t upload = 0;
    std::vector<std::pair<std::uint32_t, Place>> chunks;  ///< by ascending sequence
};

/// An owed erasure, and what names it. They are ordered by account, then by cause.
struct OwedErasure {
    AccountId account;
    EraseId id;
    EraseRow row;
};

/// The newest snapshot of an account in the log.
struct SnapshotRow {
    Lsn covers;                 ///< what the account's records before this amount to
    std::vector<Place> places;  ///< of its parts, in order
    friend bool operator==(const SnapshotRow&, const SnapshotRow&) = default;
};

/// All readers, over one moment of the index: several reads of one view agree with each other.
/// Holding a view keeps old versions alive, so make one for each use and let go.
/// Thread: one; of a read-only index, the same from making to dropping it. Lifetime: the Index
/// outlives it.
/// Errors of every reader: busy (cache_only, and it would have to wait), io, corrupt. What is not
/// there is nullopt or empty; load_... answer not_found.
class IndexView {
  public:
    explicit IndexView(std::unique_ptr<index::KvView> kv);
    ~IndexView();
    IndexView(IndexView&& other) noexcept;
    IndexView& operator=(IndexView&& other) noexcept;

    Result<Applied> applied() const;

    // The store's own: users and accounts.
    Result<std::optional<AccountId>> user(std::string_view name) const;
    Result<std::vector<std::pair<std::string, AccountId>>> users() const;
    /// Every account that has a cell, account 0 with them, ascending.
    Result<std::vector<AccountId>> accounts() const;

    // One account.
    Result<std::optional<AccountCell>> account(AccountId account) const;
    Result<std::optional<CredentialRow>> credentials(AccountId account) const;
    Result<std::optional<NameRow>> name(AccountId account, std::string_view name) const;
    Result<std::vector<std::pair<std::string, NameRow>>> names(AccountId account) const;
    Result<std::vector<std::pair<MailboxId, MailboxRow>>> mailboxes(AccountId account) const;
    Result<AccountImage> load_account(AccountId account) const;

    // One mailbox.
    Result<std::optional<MailboxRow>> mailbox(AccountId account, MailboxId mailbox) const;
    Result<std::vector<MessageRow>> rows(AccountId account, MailboxId mailbox) const;
    Result<MailboxImage> load_mailbox(AccountId account, MailboxId mailbox) const;
    /// Uids expunged with a modseq above `since`. Complete only if `since` is at or above the
    /// mailbox's vanished_floor.
    Result<UidSet> vanished(AccountId account, MailboxId mailbox, Modseq since) const;

    // Contents. The answers stand in the order of `cids`.
    /// Every content of the account that lies in the log and is not erased, ascending.
    Result<std::vector<Cid>> content_ids(AccountId account) const;
    Result<std::vector<std::optional<ContentRow>>> contents(AccountId account,
                                                            std::span<const Cid> cids) const;
    /// Number of message rows that share each content; meaningful for cids that have a content row.
    Result<std::vector<std::uint32_t>> counts(AccountId account, std::span<const Cid> cids) const;
    /// From the cache; nullopt: read it from the log, then Index::put_sidecars. `cids` ascend.
    Result<std::vector<std::optional<std::string>>> sidecars(AccountId account,
                                                             std::span<const Cid> cids) const;

    // The log.
    /// The last CHECKPOINT.
    Result<std::optional<CheckpointRecord>> checkpoint() const;
    Result<std::optional<SnapshotRow>> snapshot(AccountId account) const;
    /// Shows every place that some content or open upload lies in.
    Status each_place(const std::function<void(const Place&)>& visit) const;
    /// All that the index says of the account, from the key `from` on and in the order of the keys,
    /// as it lies in the store, until `visit` is false.
    using VisitState = std::function<bool(std::string_view key, std::string_view value)>;
    Status each_state(AccountId account, std::string_view from, const VisitState& visit) const;

    // Debts, of all accounts.
    Result<std::vector<OwedErasure>> erasures() const;
    /// Shows them one after another, those behind `after` if there is such, until `visit` is false.
    Status each_erasure(const OwedErasure* after,
                        const std::function<bool(OwedErasure)>& visit) const;
    Result<std::vector<OpenUpload>> open_uploads() const;

    /// For what walks the raw keys: state_cursor.h.
    const index::KvView& kv() const { return *kv_; }

  private:
    std::unique_ptr<index::KvView> kv_;
};

}  // namespace loam
