#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/api/account.h"
#include "engine/api/account_lock.h"
#include "engine/api/index_builder.h"
#include "engine/api/mailbox.h"
#include "engine/api/preview_cache.h"
#include "engine/codec/frame.h"
#include "engine/io/loop.h"
#include "engine/keep/keeper.h"
#include "engine/log/log_reader.h"
#include "engine/record/rows.h"

/// The inside of Account and Mailbox, shared by the sources of engine/api.
///
/// An account has two states. *Published* is what is durable, in the index, and seen by sessions.
/// *Staged* is published plus every record that is queued or in flight; each new record is computed
/// from it and holds its final values. A record leaves staged for published when its group is
/// applied; groups complete in order, so the two meet again at rest.
namespace loam {

struct StoreOptions;

/// What one reactor thread has for all its accounts.
struct ThreadState {
    io::Loop& loop;
    LogReader& log;
    ZstdContext& zstd;
    TextPool& texts;
    IndexBuilder& indexer;
};

struct Account::Impl {
    Impl(ThreadState& on, keep::Keeper& with, AccountId which, const StoreOptions& of_store)
        : thread(on), keeper(with), id(which), options(of_store) {}

    ThreadState& thread;
    keep::Keeper& keeper;
    const AccountId id;
    const StoreOptions& options;

    // Published.
    AccountCell cell;
    std::map<std::string, NameRow, std::less<>> names;
    std::map<MailboxId, MailboxRow> rows;
    Lsn published;  ///< end of the newest group with a record of this account

    // Staged. `names` have no staged form: whoever changes names is alone.
    AccountCell staged_cell;
    std::map<MailboxId, MailboxRow> staged_rows;
    struct StagedCount {
        std::uint32_t count = 0;
        std::uint64_t ticket = 0;  ///< of the newest record that set it
    };
    std::map<Cid, StagedCount> staged_counts;
    /// Flags of messages that are on their way into a mailbox, whether it is open or not.
    std::map<MailboxId, std::map<Uid, std::uint8_t>> arriving;
    std::uint64_t last_ticket = 0;

    AccountLock lock;
    std::map<MailboxId, std::weak_ptr<Mailbox>> open;  ///< the sessions own them
    PreviewCache previews;
    std::map<MailboxId, Uid> recent_from;  ///< \Recent; lost with the process
    IndexDebt index_debt;                  ///< the thread's IndexBuilder's
    std::size_t pins = 0;
    bool deleted = false;

    void load(AccountImage image);

    /// Submits, and returns once durable and applied; then `published` covers it. The caller
    /// publishes at once. Errors: closed; then nothing staged comes true.
    Task<Status> commit(keep::Commit commit);

    /// Current reference counts, staged ones included; call it right before staging without a
    /// co_await in between, or look again: that is what `load` and `find` are for. load reads those
    /// that no staged record has set.
    Task<Result<std::map<Cid, std::uint32_t>>> load_counts(std::vector<Cid> cids);
    std::uint32_t count_of(Cid cid, const std::map<Cid, std::uint32_t>& loaded) const;
    void stage_counts(const std::vector<CidCount>& counts, std::uint64_t ticket);
    void publish_counts(const std::vector<CidCount>& counts, std::uint64_t ticket);

    Modseq next_modseq() { return Modseq{++staged_cell.top_modseq.value}; }
    /// Published from here on, unless an opened view brought a newer one along already.
    void publish_row(MailboxId mailbox, const MailboxRow& row);
    std::uint32_t next_uidvalidity();
    /// The next uid, modseq and counters for `message`, which gets them; and what it takes to have
    /// it published.
    void stage_arrival(MailboxId mailbox, MessageRow& message);
    /// `rows` are in the index now.
    void publish_arrivals(MailboxId mailbox, const std::vector<MessageRow>& rows);
    std::int64_t erase_deadline_us() const;
    /// Gives up the oldest expunges of the mailbox when there may be many. `row` is its staged one,
    /// with the modseq of an expunge.
    void trim_history(MailboxRow& row) const;
    /// Adds the record that goes with it. `row` stands in a record of `commit`.
    void add_trim(keep::Commit& commit, MailboxId mailbox, const MailboxRow& row) const;
    Mailbox* find_open(MailboxId mailbox) const;

    /// RFC 9208 section 4.3.1. Errors: over_quota.
    Status check_room(std::uint64_t octets, std::uint64_t messages) const;
    Status check_writable() const;
};

/// `more` on top of `used` is more than a limit of AccountCell allows.
bool passes_limit(std::uint64_t used, std::uint64_t more, std::uint64_t limit);

/// Bits for `names` in the mailbox's keyword table, which grows if need be. Errors: limit, invalid
/// (a bad keyword).
Result<std::uint64_t> keyword_bits(MailboxRow& row, const std::vector<std::string>& names);

/// The staged record of one item; its upload's octets become the payload.
keep::Commit::Entry append_entry(Account::Impl& account, MailboxId target, AppendItem& item,
                                 std::uint64_t keywords, Modseq modseq);

/// A new message enters or leaves the counters of `row` and `cell`.
void count_in(MailboxRow& row, AccountCell& cell, const MessageRow& message);
/// `first_unseen` of `row` is not mended here: Mailbox::Impl knows the messages.
void count_out(MailboxRow& row, AccountCell& cell, const MessageRow& message);

struct Mailbox::Impl {
    Impl(Account::Impl& of, MailboxId which) : account(of), id(which) {}

    Account::Impl& account;
    const MailboxId id;
    std::vector<MessageRow> messages;  ///< published, by uid
    Lsn loaded;                        ///< the image that `messages` began as
    bool gone = false;
    std::vector<Watch*> watches;

    /// What staged records did to published messages. An entry leaves when the newest record that
    /// touched it is published.
    struct Staged {
        bool gone = false;
        std::uint8_t flags = 0;
        std::uint64_t keywords = 0;
        Modseq modseq;
        std::uint64_t ticket = 0;
    };
    std::map<Uid, Staged> staged;

    /// The message with its staged flags; nothing if it is gone or about to go.
    std::optional<MessageRow> staged_message(Uid uid) const;
    /// Those of `uids` that are there, with staged flags.
    std::vector<MessageRow> staged_messages(const UidSet& uids) const;
    /// Smallest unseen uid at or after `from`, staged state; 0 if none.
    Uid first_unseen_from(Uid from) const;
    /// For a command that finds nothing to do, before it says so: what makes it so may be staged
    /// only. Gives `pass` back and waits until it is published. Errors: closed.
    Task<Status> settle(AccountLock::Pass pass);
    void stage_gone(const std::vector<MessageRow>& rows, std::uint64_t ticket);

    /// Published changes; `end` is the group's. What the loaded image holds already is passed over.
    void publish_arrived(const std::vector<MessageRow>& rows, Lsn end);
    void publish_flags(const FlagsRecord& record, std::uint64_t ticket, Lsn end,
                       const Watch* origin);
    void publish_expunged(const UidSet& uids, Modseq modseq, std::uint64_t ticket, Lsn end,
                          const Watch* origin);
    void notify(const Change& change);
};

/// Deletes every mailbox with its messages, INBOX too, one after another. The caller has the
/// account alone.
Task<Status> drop_mailboxes(Account& account);

/// Stages the expunge of `rows`, which are staged_messages() of the mailbox. `loaded` has a count
/// for each cid that no staged record has set.
ExpungeRecord stage_expunge(Mailbox::Impl& mailbox, const std::vector<MessageRow>& rows,
                            const std::map<Cid, std::uint32_t>& loaded, std::uint64_t ticket);
/// Stages the move of `sources`, which are staged_messages() of `source`. Errors: limit; then
/// nothing is staged.
Result<MoveRecord> stage_move(Mailbox::Impl& source, const std::vector<MessageRow>& sources,
                              MailboxId target, std::uint64_t ticket);

}  // namespace loam
