#include "imapd/cmd/runners.h"
#include "imapd/session/flag_text.h"

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

// The new flags of every message named, those included that had them already.
Task<Status> tell_flags(Session& session, NumSet numbers) {
    SelectedView& view = *session.view();
    RowCursor cursor;
    for (const NumRange& range : numbers.ranges()) {
        for (std::uint32_t number = range.first; number <= range.last; ++number) {
            ResponseWriter writer = session.writer();
            view.write_flag_fetch(writer, session.out(), number, cursor);
            if (session.out().size() < kOutputBytesSoftMax) continue;
            LOAM_CO_TRY_STATUS(co_await session.port().flush());
        }
    }
    co_return Status::good();
}

}  // namespace

/// STORE: RFC 9051 section 6.4.6. UID STORE: section 6.4.9.
Task<Result<Reply>> run_store(Session& session, StoreArgs args) {
    if (args.unchanged_since) co_return fail(Errc::invalid, "CONDSTORE is not offered");
    LOAM_CO_TRY(SelectedView * view, session.writable_view());
    LOAM_CO_TRY(const NumSet numbers, view->resolve(args.set, args.by_uid));
    if (numbers.empty())
        co_return Reply::ok("nothing to change");  // a uid that is gone is no error

    UidSet uids = view->uids_of(numbers);
    FlagChange change = flag_change(how_of(args.change), args.flags);
    LOAM_CO_TRY_STATUS(co_await view->mailbox().store_flags(std::move(uids), std::move(change),
                                                            std::nullopt, view->watch()));
    session.tell_new_keywords();
    if (!args.silent) {
        LOAM_CO_TRY_STATUS(co_await tell_flags(session, numbers));
    }
    if (!args.by_uid && view->lost_some(numbers)) {
        co_return Reply::ok("EXPUNGEISSUED", "changed those that are still there");
    }
    co_return Reply::ok("changed");
}

}  // namespace loam::imap
