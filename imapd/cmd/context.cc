#include "imapd/cmd/context.h"

#include <utility>

#include "imapd/cmd/runners.h"
#include "imapd/cmd/search_query.h"
#include "imapd/wire/resp_code.h"

namespace loam::imap {
namespace {

Task<Result<UidSet>> matches_among(Session& session, SelectedView& view, UidSet uids,
                                   const Query& query) {
    const Query both = among(std::move(uids), query);
    LOAM_CO_TRY(const std::vector<Uid> found,
                co_await search(session.account(), view.mailbox(), both, given_up(session)));
    co_return UidSet::from_sorted(found);
}

}  // namespace

void refuse_updates(Session& session, std::string_view why) {
    session.writer().untagged(Condition::no, code_noupdate(session.tag), why);
}

Status keep_updated(Session& session, SelectedView& view, const SearchArgs& args,
                    std::span<const Uid> found, bool names_mailbox) {
    if (view.contexts().full()) {
        refuse_updates(session, "too many searches are kept up to date");
        return {};
    }
    LOAM_TRY(Query query, make_query(args.key, view));
    view.contexts().add({.tag = session.tag,
                         .by_uid = args.by_uid || names_mailbox,
                         .names_mailbox = names_mailbox,
                         .query = std::move(query),
                         .matches = UidSet::from_sorted(found)});
    return {};
}

Task<void> update_contexts(Session& session) {
    SelectedView* const view = session.view();
    if (view == nullptr || !view->contexts().any_changed()) co_return;
    const UidSet changed = view->contexts().take_changed();
    for (SearchContext& context : view->contexts().all()) {
        const auto now = co_await matches_among(session, *view, changed, context.query);
        if (!now) {
            view->contexts().note_changed(changed);
            co_return;
        }
        view->write_context_change(session.writer(), context, changed, *now);
    }
}

/// CANCELUPDATE: RFC 5267 section 4.3.5.
Task<Result<Reply>> run_cancelupdate(Session& session, CancelUpdateArgs args) {
    for (const std::string& tag : args.tags)
        session.view()->contexts().cancel(tag);
    co_return Reply::ok("no further updates");
}

}  // namespace loam::imap
