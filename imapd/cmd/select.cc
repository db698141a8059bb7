#include <utility>

#include "imapd/cmd/mailbox_list.h"
#include "imapd/cmd/resync.h"
#include "imapd/cmd/runners.h"
#include "imapd/session/object_id.h"
#include "imapd/wire/resp_code.h"

namespace loam::imap {
namespace {

void write_unseen(SelectedView& view, ResponseWriter& writer, bool says_no_numbers) {
    if (!writer.rules().recent || says_no_numbers) return;
    const auto number = view.announced().number_of(view.mailbox().row().first_unseen);
    if (number) writer.untagged(Condition::ok, code_unseen(number->value), "the first unseen");
}

// The required responses of RFC 9051 sections 6.3.2, 7.3.5 and 7.4.1, and of RFC 3501
// sections 6.3.1 and 7.3.2 where the mode has them.
void describe(Session& session, SelectedView& view) {
    ResponseWriter writer = session.writer();
    const MailboxRow& row = view.mailbox().row();
    view.write_flags(writer);
    writer.begin(view.exists()).raw("EXISTS").end();
    if (writer.rules().recent) writer.begin(view.recent_count()).raw("RECENT").end();
    write_unseen(view, writer, session.aware().uid_only);
    writer.untagged(Condition::ok, code_uidvalidity(row.uidvalidity), "uids are valid");
    writer.untagged(Condition::ok, code_uidnext(row.uidnext.value), "the next uid");
    view.write_highest_modseq(writer);
    const std::string object_id = mailbox_object_id(session.account().id(), view.mailbox().id());
    writer.untagged(Condition::ok, code_mailboxid(object_id), "its name may change, this does not");
    if (writer.rules().list_on_select) write_selected_name(session, row.name);
}

Task<Result<Reply>> open_mailbox(Session& session, SelectArgs args, bool read_only) {
    if (args.qresync && !session.aware().qresync) {
        co_return fail(Errc::invalid, "QRESYNC before ENABLE QRESYNC");
    }
    // RFC 9586 section 3.7.
    if (args.qresync && args.qresync->match && session.aware().uid_only) {
        co_return Reply::uid_required();
    }
    if (session.view() != nullptr) {
        // Also when the new mailbox then cannot be opened: RFC 9051 section 6.3.2.
        session.unselect();
        session.writer().untagged(Condition::ok, "CLOSED", "the mailbox before is closed");
    }
    if (args.condstore) session.enable_condstore();
    const auto id = session.account().find_mailbox(args.mailbox.name);
    if (!id) co_return fail(Errc::not_found, "no such mailbox");
    LOAM_CO_TRY(auto mailbox, co_await session.account().open_mailbox(*id));
    SelectedView& view = session.select(std::move(mailbox), read_only);
    describe(session, view);
    if (args.qresync) {
        const Status told = co_await resynchronise(session, *std::move(args.qresync));
        if (!told) {
            session.unselect();
            co_return told.error();
        }
    }
    co_return Reply::ok(read_only ? "READ-ONLY" : "READ-WRITE", "selected");
}

}  // namespace

/// SELECT: RFC 9051 section 6.3.2.
Task<Result<Reply>> run_select(Session& session, SelectArgs args) {
    co_return co_await open_mailbox(session, std::move(args), false);
}

/// EXAMINE: RFC 9051 section 6.3.3.
Task<Result<Reply>> run_examine(Session& session, SelectArgs args) {
    co_return co_await open_mailbox(session, std::move(args), true);
}

/// CLOSE: RFC 9051 section 6.4.1, RFC 7162 section 3.2.8. Says nothing of what it expunges.
Task<Result<Reply>> run_close(Session& session) {
    SelectedView& view = *session.view();
    if (!view.read_only() && view.mailbox().row().deleted > 0) {
        UidSet all = UidSet::from_sorted(view.announced().uids());
        LOAM_CO_TRY_STATUS(co_await view.mailbox().expunge(std::move(all), view.watch()));
    }
    session.unselect();
    co_return Reply::ok("closed");
}

/// UNSELECT: RFC 9051 section 6.4.2, RFC 3691 section 2.
Task<Result<Reply>> run_unselect(Session& session) {
    session.unselect();
    co_return Reply::ok("unselected");
}

}  // namespace loam::imap
