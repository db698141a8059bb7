#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/api/mailbox.h"
#include "engine/api/message.h"
#include "engine/api/upload.h"
#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/base/uid_set.h"
#include "engine/io/task.h"
#include "engine/record/rows.h"

namespace loam {

/// A name of an account, as LIST sees it.
struct NameEntry {
    std::string name;
    std::optional<MailboxId> mailbox;  ///< none: only a subscription
    bool subscribed = false;
    std::string special_use;
};

/// One message on its way into a mailbox: a finished upload and what the client said of it.
struct AppendItem {
    std::unique_ptr<Upload> upload;
    std::uint8_t flags = 0;
    std::vector<std::string> keywords;
    std::int64_t internal_date_s = 0;
    std::int16_t internal_zone_min = 0;
};

struct AppendOutcome {
    std::uint32_t uidvalidity = 0;
    std::vector<Uid> uids;  ///< in the order of the items
};

/// COPYUID: RFC 9051 section 7.1. The i-th source uid became the i-th target uid, both ascending.
struct CopyOutcome {
    std::uint32_t uidvalidity = 0;
    std::vector<Uid> source;
    std::vector<Uid> target;
};

/// New limits of an account, as AccountCell has them; one that is not given stays as it is.
struct LimitsChange {
    std::optional<std::uint64_t> octets{};
    std::optional<std::uint64_t> messages{};
    std::optional<std::uint64_t> mailboxes{};
};

/// One account, loaded: its counters, its names, the way to its mailboxes and messages.
/// Thread:   the owner's loop, for everything here and everything reached from here.
/// Order:    mutations get their uids and modseqs in the order of the calls, and complete in that
/// order.
///           A Task that returns good is durable, and visible to every session of the account.
/// Errors:   beside those named, every mutation may give io, no_room, busy (temporary), closed
/// (shutting down).
class Account {
  public:
    struct Impl;
    explicit Account(std::unique_ptr<Impl> impl);
    Account(const Account&) = delete;
    Account& operator=(const Account&) = delete;
    ~Account();

    AccountId id() const;
    /// Limits and usage that are published.
    const AccountCell& cell() const;
    /// Errors: none beside the common ones. Usage above a new limit is allowed and only blocks
    /// growth.
    Task<Status> set_limits(LimitsChange change);

    /// All names in byte order of the name: mailboxes and subscriptions.
    std::vector<NameEntry> names() const;
    std::optional<MailboxId> find_mailbox(std::string_view name) const;
    /// Published row; null when there is no such mailbox. Valid until the next co_await.
    const MailboxRow* mailbox_row(MailboxId mailbox) const;

    /// `name` is canonical (UTF-8, NFC, INBOX in capitals), without a trailing separator. Superiors
    /// are not made. Errors: exists, invalid, over_quota (mailboxes), limit.
    Task<Result<MailboxId>> create_mailbox(std::string name, std::string special_use);
    /// Messages and all go; names below stay; the subscription stays (RFC 9051 section 6.3.7).
    /// Errors: not_found, invalid (INBOX).
    Task<Status> delete_mailbox(std::string name);
    /// Names below go along. INBOX stays, empty, and its messages go (RFC 9051 section 6.3.6).
    /// Errors: not_found, exists, invalid (into itself).
    Task<Status> rename_mailbox(std::string from, std::string to);
    /// The name need not exist. Errors: limit.
    Task<Status> set_subscribed(std::string name, bool subscribed);

    /// Loads the mailbox for reading and changing. Errors: not_found.
    Task<Result<std::shared_ptr<Mailbox>>> open_mailbox(MailboxId mailbox);

    /// Begins a message of `size` octets as announced, to be appended together with `others`.
    /// Nothing is reserved yet. Errors: too_big, over_quota, no_room.
    Result<std::unique_ptr<Upload>> begin_upload(std::uint64_t size,
                                                 std::span<const AppendItem> others = {});
    /// All or nothing (RFC 3502). Uploads are finished and of this account. Errors: not_found,
    /// over_quota, limit (keywords).
    Task<Result<AppendOutcome>> append(MailboxId target, std::vector<AppendItem> items);

    /// begin_upload() for a message in whose place one of `frees` octets goes.
    Result<std::unique_ptr<Upload>> begin_replacement(std::uint64_t size, std::uint64_t frees);
    /// What begin_upload() and begin_replacement() refuse, for an upload of which only now is known
    /// that it has, or is about to have, `size` octets. Errors: too_big, over_quota, no_room.
    Status check_upload(std::uint64_t size, std::span<const AppendItem> others = {}) const;
    Status check_replacement(std::uint64_t size, std::uint64_t frees) const;
    /// `item` arrives in `target` and message `uid` leaves `source`, both or neither: RFC 8508.
    /// Limits hold for what is there afterwards. Errors: expunged (it is gone already), not_found
    /// (target), read_only (source is gone), over_quota, limit.
    Task<Result<AppendOutcome>> replace(Mailbox& source, Uid uid, MailboxId target, AppendItem item,
                                        const Watch* origin);

    /// Uids that are gone are skipped. `\Recent` aside, flags and dates are kept. Errors: not_found
    /// (target), over_quota, limit.
    Task<Result<CopyOutcome>> copy(Mailbox& source, UidSet uids, MailboxId target);
    /// Never over quota: RFC 6851 and SPEC of QUOTA agree that a move within a root changes
    /// nothing.
    Task<Result<CopyOutcome>> move(Mailbox& source, UidSet uids, MailboxId target,
                                   const Watch* origin);

    /// What FETCH needs beside the octets, for many messages at once; an empty entry was expunged
    /// meanwhile.
    Task<Result<std::vector<std::shared_ptr<const MessageInfo>>>> message_infos(
        std::vector<Cid> cids);
    /// A few words of the message's text for a list, UTF-8; empty where there are none: RFC 8970.
    /// Errors: expunged, corrupt.
    Task<Result<std::string>> preview(Cid cid);
    /// The same if it was made not long ago.
    std::optional<std::string> known_preview(Cid cid) const;
    /// Streams [offset, offset + length) of the message as received (RFC 9051 section 2.4). A range
    /// past the end is cut.
    /// Errors: expunged, corrupt.
    Task<Result<std::unique_ptr<ContentReader>>> read_raw(Cid cid, std::uint64_t offset,
                                                          std::uint64_t length);
    /// Streams a range of one leaf part without its transfer encoding, text with CRLF: RFC 9051
    /// section 6.4.5, BINARY. `part` numbers MessageInfo::structure().parts. Errors: expunged,
    /// corrupt, unknown_cte.
    Task<Result<std::unique_ptr<ContentReader>>> read_decoded(Cid cid, std::uint32_t part,
                                                              std::uint64_t offset,
                                                              std::uint64_t length);

    /// Puts into the search index what is not in it yet. It happens by itself; this is for whoever
    /// wants to wait for it. Errors: io, closed.
    Task<Status> build_search_index();

    Impl& impl() { return *impl_; }

  private:
    std::unique_ptr<Impl> impl_;
};

/// Keeps an account loaded. Move-only; drop it on the owner's thread.
class AccountHandle {
  public:
    AccountHandle() = default;
    explicit AccountHandle(Account* account);
    AccountHandle(AccountHandle&& other) noexcept
        : account_(std::exchange(other.account_, nullptr)) {}
    AccountHandle& operator=(AccountHandle&& other) noexcept {
        std::swap(account_, other.account_);
        return *this;
    }
    AccountHandle(const AccountHandle&) = delete;
    AccountHandle& operator=(const AccountHandle&) = delete;
    ~AccountHandle();
    Account* operator->() const { return account_; }
    Account& operator*() const { return *account_; }
    explicit operator bool() const { return account_ != nullptr; }

  private:
    Account* account_ = nullptr;
};

}  // namespace loam
