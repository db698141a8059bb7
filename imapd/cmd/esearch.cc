#include <algorithm>
#include <utility>
#include <vector>

#include "imapd/cmd/context.h"
#include "imapd/cmd/runners.h"
#include "imapd/cmd/searching.h"
#include "imapd/wire/resp_code.h"

namespace loam::imap {
namespace {

// A mailbox without matches is not spoken of, whatever was to be returned: RFC 7377 section 2.1.
Task<Status> search_view(Session& session, SelectedView& view, const SearchArgs& args) {
    LOAM_CO_TRY(const std::vector<Uid> found, co_await find_in_order(session, view, args, {}));
    if (args.answer.update && &view == session.view()) {
        LOAM_CO_TRY_STATUS(keep_updated(session, view, args, found, true));
    }
    const SearchAnswer answer = make_answer(view, args, found);
    const MailboxRow& row = view.mailbox().row();
    if (answer.numbers.empty() || !args.answer.wants_answer() || row.uidvalidity == 0)
        co_return Status::good();
    ResponseWriter writer = session.writer();
    write_esearch(
        writer,
        {.tag = session.tag, .by_uid = true, .mailbox = row.name, .uidvalidity = row.uidvalidity},
        args.answer, answer);
    if (session.out().size() < kOutputBytesSoftMax) co_return Status::good();
    co_return co_await session.port().flush();
}

// A mailbox that is not selected, as one sees it who selects it now. Nothing in it becomes less
// recent.
Task<Status> search_unselected(Session& session, MailboxId id, const SearchArgs& args) {
    auto mailbox = co_await session.account().open_mailbox(id);
    if (!mailbox && mailbox.error().code == Errc::not_found) co_return Status::good();
    if (!mailbox) co_return mailbox.error();
    io::Event nobody_waits;
    const Awareness none;
    SelectedView view(*std::move(mailbox), nobody_waits, true, none);
    co_return co_await search_view(session, view, args);
}

// Each mailbox once.
std::vector<MailboxId> mailboxes_of(const Account& account,
                                    const std::vector<MailboxSource>& sources) {
    std::vector<MailboxId> found;
    for (const NameEntry& entry : account.names()) {
        const auto takes = [&](const MailboxSource& source) {
            return source.takes(entry.name, entry.subscribed);
        };
        if (entry.mailbox && std::ranges::any_of(sources, takes)) found.push_back(*entry.mailbox);
    }
    return found;
}

}  // namespace

/// ESEARCH: RFC 7377 section 2. The selected mailbox first, then the others by name; what is
/// selected stays so. UPDATE is for the selected mailbox alone.
Task<Result<Reply>> run_esearch(Session& session, EsearchArgs args) {
    SelectedView* const selected = session.view();
    if (args.selected && selected == nullptr) co_return fail(Errc::invalid, "nothing is selected");
    if (needs_uids(session, args.search)) co_return Reply::uid_required();
    if (args.search.answer.update && selected == nullptr)
        co_return fail(Errc::invalid, "UPDATE, and nothing is selected");
    if (reuses_tag(session, args.search)) co_return Reply::bad("this tag names a search already");
    if (!args.search.charset_known) {
        if (args.search.answer.save) selected->save({});
        co_return Reply::no(code_badcharset(), "charset not known");
    }
    std::vector<MailboxId> others = mailboxes_of(session.account(), args.sources);
    const bool updates = args.search.answer.update;
    const bool among = updates && std::ranges::count(others, selected->mailbox().id()) > 0;
    if (args.selected || among) {
        std::erase(others, selected->mailbox().id());
        LOAM_CO_TRY_STATUS(co_await search_view(session, *selected, args.search));
    }
    if (updates && !args.selected && !among)
        refuse_updates(session, "the selected mailbox is not among them");
    for (const MailboxId id : others) {
        LOAM_CO_TRY_STATUS(co_await search_unselected(session, id, args.search));
    }
    co_return Reply::ok("searched");
}

}  // namespace loam::imap
