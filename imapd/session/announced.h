#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/api/mailbox.h"
#include "engine/base/ids.h"
#include "engine/base/uid_set.h"
#include "imapd/wire/numset.h"

namespace loam::imap {

/// The messages of a mailbox as one client counts them, and what it has not been told yet. Numbers
/// change only in settle(), which the session calls at the safe points of RFC 9051 section 7.5.1.
/// Pure. Thread: the session's.
class Announced {
  public:
    Announced() = default;
    explicit Announced(std::vector<Uid> uids) : uids_(std::move(uids)) {}

    std::uint32_t exists() const { return static_cast<std::uint32_t>(uids_.size()); }
    /// By number minus one; ascending.
    std::span<const Uid> uids() const { return uids_; }
    std::optional<SeqNum> number_of(Uid uid) const;

    /// The numbers of messages that the client has, in their order.
    std::vector<std::uint32_t> numbers_in_order(std::span<const Uid> uids) const;
    /// Numbers of the client's messages that are in `uids`.
    NumSet numbers_of(const UidSet& uids) const;
    /// The same for what a client wrote with uids; numbers of messages we do not have are skipped.
    NumSet numbers_of_uids(const NumSet& uids) const;
    /// All numbers are between 1 and exists().
    UidSet uids_of(const NumSet& numbers) const;
    std::uint32_t count_of(const UidSet& uids) const;

    /// Takes note of a change. `own`: this session's command made it and reports it itself.
    void note(const Change& change, bool own);
    bool pending() const { return !arrived_.empty() || !expunged_.empty() || !flags_.empty(); }
    /// Some message the client still counts is gone already.
    bool expunge_pending() const { return !expunged_.empty(); }
    /// Those, and perhaps others that the client never had.
    const UidSet& expunged() const { return expunged_; }
    /// Below the modseq of every expunge that waits; `highest` if none does. A client that
    /// remembers it misses nothing: RFC 7162 section 3.2.
    Modseq told_up_to(Modseq highest) const;

    /// What the client is to be told now, in this order.
    struct News {
        std::vector<std::uint32_t> expunged;  ///< the numbers of EXPUNGE responses, one by one
        UidSet vanished;                      ///< the same messages, for VANISHED
        std::vector<Uid> arrived;             ///< EXISTS grew by these
        NumSet flags;                         ///< numbers, after both, whose flags changed
        bool empty() const { return expunged.empty() && arrived.empty() && flags.empty(); }
    };
    /// Without `may_expunge` expunged messages keep their numbers until a later call.
    News settle(bool may_expunge);

  private:
    void note_expunged(const UidSet& uids, Modseq oldest);
    void take_expunged(News& news);
    void take_arrived(News& news);
    void take_flags(News& news);

    std::vector<Uid> uids_;
    UidSet arrived_;
    UidSet expunged_;
    Modseq oldest_expunge_;  // of expunged_, while there are any
    UidSet flags_;
};

}  // namespace loam::imap
