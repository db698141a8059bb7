#include <optional>
#include <utility>

#include "imapd/cmd/runners.h"
#include "imapd/cmd/tell_flags.h"
#include "imapd/session/flag_text.h"
#include "imapd/wire/resp_code.h"

namespace loam::imap {
namespace {

FlagChange::How how_of(StoreArgs::Change change) {
    switch (change) {
        case StoreArgs::Change::replace:
            return FlagChange::How::replace;
        case StoreArgs::Change::add:
            return FlagChange::How::add;
        case StoreArgs::Change::remove:
            return FlagChange::How::remove;
    }
    LOAM_CHECK(false);
}

// Which FETCH responses a STORE is owed, for messages too that had the flags already: RFC 9051
// section 6.4.6, RFC 7162 section 3.1.3.
struct Owed {
    UidSet changed;
    UidSet refused;
    bool conditional = false;
    bool silent = false;
    bool condstore = false;

    Tell operator()(const MessageRow& message) const {
        if (!silent || refused.contains(message.uid)) return Tell::flags;
        // A client that knows modseqs needs the new one.
        const bool modseq = conditional || changed.contains(message.uid);
        return condstore && modseq ? Tell::uid : Tell::nothing;
    }
};

}  // namespace

/// STORE: RFC 9051 section 6.4.6. UID STORE: section 6.4.9. UNCHANGEDSINCE: RFC 7162 section 3.1.3.
/// A message has one modseq for all its flags; the answer shows those that were refused as they
/// are, so that a client that was refused for another flag's sake can try again.
Task<Result<Reply>> run_store(Session& session, StoreArgs args) {
    if (args.unchanged_since) session.enable_condstore();
    LOAM_CO_TRY(SelectedView * view, session.writable_view());
    LOAM_CO_TRY(const NumSet numbers, view->resolve(args.set, args.by_uid));
    if (numbers.empty())
        co_return Reply::ok("nothing to change");  // a uid that is gone is no error

    UidSet uids = view->uids_of(numbers);
    FlagChange change = flag_change(how_of(args.change), args.flags);
    std::optional<Modseq> since;
    if (args.unchanged_since) since = Modseq{*args.unchanged_since};
    LOAM_CO_TRY(FlagsOutcome outcome,
                co_await view->mailbox().store_flags(std::move(uids), std::move(change), since,
                                                     view->watch()));
    session.tell_new_keywords();
    const NumSet refused = view->to_client(outcome.refused, args.by_uid);
    Owed owed{.changed = std::move(outcome.changed),
              .refused = std::move(outcome.refused),
              .conditional = since.has_value(),
              .silent = args.silent,
              .condstore = session.aware().condstore};
    LOAM_CO_TRY_STATUS(co_await tell_flags(session, numbers, std::move(owed)));
    if (!refused.empty()) {
        co_return Reply::ok(code_modified(refused), "some have changed since");
    }
    if (!args.by_uid && view->lost_some(numbers)) {
        co_return Reply::ok("EXPUNGEISSUED", "changed those that are still there");
    }
    co_return Reply::ok("changed");
}

}  // namespace loam::imap
