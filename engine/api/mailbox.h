#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/base/uid_set.h"
#include "engine/io/event.h"
#include "engine/io/task.h"
#include "engine/record/rows.h"

namespace loam {

class Watch;

/// What STORE asks: RFC 9051 section 6.4.6.
struct FlagChange {
    enum class How : std::uint8_t { replace, add, remove };
    How how = How::add;
    std::uint8_t flags = 0;  ///< Flag bits
    std::vector<std::string> keywords;
};

struct FlagsOutcome {
    UidSet changed;  ///< has a new modseq
    UidSet refused;  ///< UNCHANGEDSINCE did not hold: RFC 7162 section 3.1.3
    Modseq modseq;   ///< of the changed ones
};

/// Something that happened to a mailbox, after it became durable; or several such things of one
/// kind and origin, joined. Uids never return, so the order between kinds tells nothing.
struct Change {
    enum class Kind : std::uint8_t {
        arrived,   ///< `uids` are new
        flags,     ///< flags of `uids` changed
        expunged,  ///< `uids` are gone
        gone,      ///< the mailbox itself is gone
    };
    Kind kind = Kind::arrived;
    UidSet uids;
    Modseq modseq;                  ///< of the newest that is joined here
    const Watch* origin = nullptr;  ///< whose command it was, for .SILENT; compare only
    Modseq oldest_modseq = modseq;  ///< of the oldest that is joined here
};

/// One mailbox in memory, shared by all sessions that have it open; messages are those published.
/// Thread: the account's owner. Lifetime: shared by the sessions that selected it and the account
/// that finds it again.
class Mailbox {
  public:
    struct Impl;
    explicit Mailbox(std::unique_ptr<Impl> impl);
    Mailbox(const Mailbox&) = delete;
    Mailbox& operator=(const Mailbox&) = delete;
    ~Mailbox();

    AccountId account() const;
    MailboxId id() const;
    const MailboxRow& row() const;
    /// All messages by ascending uid. Valid until the next co_await.
    std::span<const MessageRow> messages() const;
    const MessageRow* find(Uid uid) const;

    /// Messages that are gone are skipped. `unchanged_since` none: unconditional. Errors: limit
    /// (keywords), read_only (gone).
    Task<Result<FlagsOutcome>> store_flags(UidSet uids, FlagChange change,
                                           std::optional<Modseq> unchanged_since,
                                           const Watch* origin);
    /// Removes those of `uids` that are \Deleted. Returns what went.
    Task<Result<UidSet>> expunge(UidSet uids, const Watch* origin);
    /// Uids expunged after `since`: RFC 7162 sections 3.2.5 and 5.3. Errors: not_found when the
    /// history no longer reaches back.
    Task<Result<UidSet>> vanished_since(Modseq since);

    /// \Recent (RFC 3501 section 2.3.2): uids from the returned one on are recent. A claim takes
    /// them for one session.
    Uid recent_from(bool claim);

    Impl& impl() { return *impl_; }

  private:
    std::unique_ptr<Impl> impl_;
};

/// A session's place in a mailbox's changes. Each is seen once, when the session asks at a safe
/// point. Until then changes of one kind are joined, those of this session's own commands apart
/// from all others, so a session that never asks costs no more than the mailbox's uids.
/// Thread: the owner's. Lifetime: borrows `wake`; keeps the mailbox open.
class Watch {
  public:
    /// `wake` is set whenever a change arrives.
    Watch(std::shared_ptr<Mailbox> mailbox, io::Event& wake);
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    ~Watch();

    Mailbox& mailbox() const { return *mailbox_; }
    bool pending() const { return !queue_.empty(); }
    /// The changes since the last call: at most two of each kind. Of foreign ones that were joined
    /// the origin is null. Flags of messages that are gone by now are left out.
    std::vector<Change> take();

  private:
    friend class Mailbox;
    friend struct Mailbox::Impl;
    void note(const Change& change);

    std::shared_ptr<Mailbox>
        mailbox_;  // shared: the account finds it again while any session has it open
    io::Event* wake_;
    std::vector<Change> queue_;
};

}  // namespace loam
