#include "imapd/cmd/runners.h"
#include "imapd/wire/resp_code.h"

namespace loam::imap {
namespace {

NumSet numbers(const std::vector<Uid>& ascending) {
    NumSet set;
    for (const Uid uid : ascending)
        set.add(uid.value);
    return set;
}

std::string copyuid(const CopyOutcome& outcome) {
    return code_copyuid(outcome.uidvalidity, numbers(outcome.source), numbers(outcome.target));
}

// A missing target is never made: RFC 9051 section 6.4.7.
Reply reply_for_target(const Error& error) {
    if (error.code == Errc::not_found) return Reply::no("TRYCREATE", "no such mailbox");
    return reply_for(error);
}

// After an expunge of one's own: RFC 7162 section 3.2.7, RFC 6851 section 4.4. All that is below it
// is told with the answer.
std::string highest_modseq(const SelectedView& view) {
    return code_highestmodseq(view.mailbox().row().highest_modseq.value);
}

}  // namespace

/// COPY: RFC 9051 section 6.4.7. UID COPY: section 6.4.9. All or nothing.
Task<Result<Reply>> run_copy(Session& session, CopyArgs args) {
    SelectedView& view = *session.view();
    LOAM_CO_TRY(const NumSet chosen, view.resolve(args.set, args.by_uid));
    const auto target = session.account().find_mailbox(args.mailbox.name);
    if (!target) co_return Reply::no("TRYCREATE", "no such mailbox");
    if (chosen.empty()) co_return Reply::ok("nothing to copy");

    UidSet uids = view.uids_of(chosen);
    const auto done = co_await session.account().copy(view.mailbox(), std::move(uids), *target);
    if (!done) co_return reply_for_target(done.error());
    if (done->source.empty()) co_return Reply::ok("nothing to copy");
    co_return Reply::ok(copyuid(*done), "copied");
}

/// MOVE: RFC 9051 section 6.4.8, RFC 6851 sections 3.1 to 3.3, 4.1 and 4.3. COPYUID goes out before
/// the first EXPUNGE, which follows with the other news.
Task<Result<Reply>> run_move(Session& session, CopyArgs args) {
    LOAM_CO_TRY(SelectedView * view, session.writable_view());
    LOAM_CO_TRY(const NumSet chosen, view->resolve(args.set, args.by_uid));
    const auto target = session.account().find_mailbox(args.mailbox.name);
    if (!target) co_return Reply::no("TRYCREATE", "no such mailbox");
    if (chosen.empty()) co_return Reply::ok("nothing to move");

    UidSet uids = view->uids_of(chosen);
    const auto done =
        co_await session.account().move(view->mailbox(), std::move(uids), *target, view->watch());
    if (!done) co_return reply_for_target(done.error());
    if (done->source.empty()) co_return Reply::ok("nothing to move");
    session.writer().untagged(Condition::ok, copyuid(*done), "moved");
    co_return Reply::ok(highest_modseq(*view), "moved");
}

/// EXPUNGE: RFC 9051 section 6.4.3. UID EXPUNGE: section 6.4.9, RFC 4315 section 2.1, RFC 7162
/// section 3.2.9. The responses are news like any
/// other's.
Task<Result<Reply>> run_expunge(Session& session, ExpungeArgs args) {
    LOAM_CO_TRY(SelectedView * view, session.writable_view());
    UidSet uids = UidSet::from_sorted(view->announced().uids());
    if (args.uids) {
        LOAM_CO_TRY(const NumSet chosen, view->resolve(*args.uids, true));
        uids = view->uids_of(chosen);
    }
    if (uids.empty()) co_return Reply::ok("nothing to expunge");
    LOAM_CO_TRY(const UidSet gone,
                co_await view->mailbox().expunge(std::move(uids), view->watch()));
    if (gone.empty()) co_return Reply::ok("nothing to expunge");
    co_return Reply::ok(highest_modseq(*view), "expunged");
}

}  // namespace loam::imap
