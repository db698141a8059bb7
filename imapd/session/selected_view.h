#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/api/mailbox.h"
#include "engine/base/result.h"
#include "engine/io/event.h"
#include "imapd/session/announced.h"
#include "imapd/session/search_contexts.h"
#include "imapd/wire/encoder.h"
#include "imapd/wire/numset.h"

namespace loam::imap {

/// Finds rows for uids that mostly ascend, in rows that another may change between two co_awaits.
class RowCursor {
  public:
    /// Null when the message is gone. Valid until the next co_await.
    const MessageRow* find(std::span<const MessageRow> rows, Uid uid);

  private:
    std::size_t next_ = 0;
};

/// What the client has said that it understands of RFC 7162, sections 3.1, 3.2 and 3.2.1 of it, and
/// of RFC 9586. It only ever grows.
struct Awareness {
    bool condstore = false;  ///< a FETCH that nobody asked for carries MODSEQ: section 3.2.4
    bool qresync = false;    ///< VANISHED stands for EXPUNGE: section 3.2.10
    /// Message numbers are neither taken nor said: RFC 9586 section 3.
    bool uid_only = false;

    /// RFC 9586 sections 3.4 and 3.6.
    bool hears_vanished() const { return qresync || uid_only; }
};

/// The selected mailbox as this client sees it: its numbers, what waits for a safe point, "$", and
/// which messages are \Recent here.
/// Thread:   the account's owner. Lifetime: one SELECT; keeps the mailbox open; borrows `wake` and
/// `aware`.
class SelectedView {
  public:
    SelectedView(std::shared_ptr<Mailbox> mailbox, io::Event& wake, bool read_only,
                 const Awareness& aware);

    Mailbox& mailbox() const { return watch_.mailbox(); }
    /// Names this session in the engine's changes.
    const Watch* watch() const { return &watch_; }
    bool read_only() const { return read_only_; }
    std::uint32_t exists() const { return announced_.exists(); }
    Uid uid_at(std::uint32_t number) const { return announced_.uids()[number - 1]; }
    const Announced& announced() const { return announced_; }

    /// The numbers that a client's set stands for; "$" is the saved result. Uids that are gone are
    /// left out. Errors: invalid (a message number above exists()).
    Result<NumSet> resolve(const SequenceSet& set, bool by_uid) const;
    UidSet uids_of(const NumSet& numbers) const { return announced_.uids_of(numbers); }
    /// As `by_uid` asks: uids or numbers. Uids without a number are left out.
    NumSet to_client(const UidSet& uids, bool by_uid) const;

    /// How the client names messages that it counts, in their order.
    std::vector<std::uint32_t> names_of(std::span<const Uid> uids, bool by_uid) const;

    bool is_recent(Uid uid) const { return recent_.contains(uid); }
    std::uint32_t recent_count() const { return announced_.count_of(recent_); }
    const UidSet& recent() const { return recent_; }

    /// RFC 9051 sections 6.4.4.1 and 6.4.4.3, RFC 5182 sections 2.3 to 2.5. Uids, so it never
    /// slides to a neighbour.
    void save(UidSet result) { saved_ = std::move(result); }
    const UidSet& saved() const { return saved_; }

    /// There is something to say that may be said now.
    bool has_news(bool may_expunge);
    /// Writes EXPUNGE or VANISHED, EXISTS, RECENT, FLAGS and FETCH for what happened since the last
    /// call: RFC 9051 sections 5.2 and 7.5. Without `may_expunge` expunges wait, and a client that
    /// was told of modseqs above theirs is told HIGHESTMODSEQ: RFC 7162 section 3.2.
    void announce(ResponseWriter& writer, std::string& out, bool may_expunge);
    /// FLAGS and PERMANENTFLAGS: at SELECT, and when a keyword is new.
    void write_flags(ResponseWriter& writer);
    void write_new_flags(ResponseWriter& writer);  ///< only if there is a new one
    /// "* n FETCH (", or "* u UIDFETCH (" where numbers are not said: RFC 9586 sections 3.3
    /// and 4.
    void begin_fetch(ResponseWriter& writer, std::uint32_t number, Uid uid) const;
    /// "n FETCH (UID u FLAGS (...) MODSEQ (m))", the latter for those who know it.
    void write_fetch(ResponseWriter& writer, std::string& out, std::uint32_t number,
                     const MessageRow& row, bool with_flags = true);
    /// "MODSEQ (m)", wherever it is said: RFC 7162 section 3.1.4.2.
    void append_modseq(std::string& out, const MessageRow& row);
    /// "OK [HIGHESTMODSEQ m]": the client has been told of all changes up to m, or is about to be.
    void write_highest_modseq(ResponseWriter& writer);
    /// Searches whose matches the client is kept told of: RFC 5267.
    SearchContexts& contexts() { return contexts_; }
    /// Of the messages `changed`, which the client has been told of, `now` match.
    void write_context_change(ResponseWriter writer, SearchContext& context, const UidSet& changed,
                              const UidSet& now) const;
    /// A message this client counts has been expunged: [EXPUNGEISSUED] is owed if it was asked for.
    bool lost_some(const NumSet& numbers) const;

  private:
    void take_changes();
    void claim_recent(std::span<const Uid> arrived);
    void write_news(ResponseWriter& writer, std::string& out, const Announced::News& news);
    void keep_highest_modseq(ResponseWriter& writer);
    SearchCorrelator correlator_of(const SearchContext& context) const;
    void write_leaving(ResponseWriter& writer);

    Watch watch_;
    bool read_only_;
    const Awareness& aware_;
    Announced announced_;
    UidSet recent_;
    UidSet saved_;
    SearchContexts contexts_;
    std::size_t keywords_told_ = 0;
    bool modseq_told_ = false;  // by the command that runs
    bool held_back_ = false;    // the client goes by a HIGHESTMODSEQ below that of the mailbox
};

}  // namespace loam::imap
