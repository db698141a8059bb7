#include "imapd/cmd/resync.h"

#include <limits>
#include <vector>

#include "imapd/cmd/tell_flags.h"
#include "imapd/session/vanished.h"

namespace loam::imap {
namespace {

UidSet uids_of(std::span<const MessageRow> rows) {
    std::vector<Uid> uids;
    uids.reserve(rows.size());
    for (const MessageRow& row : rows)
        uids.push_back(row.uid);
    return UidSet::from_sorted(uids);
}

}  // namespace

Task<Status> tell_vanished(Session& session, UidSet asked, Modseq since) {
    SelectedView& view = *session.view();
    const auto history = co_await view.mailbox().vanished_since(since);
    if (!history && history.error().code != Errc::not_found) co_return history.error();
    const UidSet gone =
        history ? history->intersect(asked) : asked.minus(uids_of(view.mailbox().messages()));
    ResponseWriter writer = session.writer();
    write_vanished(writer, gone.minus(UidSet::from_sorted(view.announced().uids())),
                   Vanished::earlier);
    co_return Status::good();
}

Task<Status> resynchronise(Session& session, QresyncParam known) {
    SelectedView& view = *session.view();
    const MailboxRow& row = view.mailbox().row();
    if (known.uidvalidity != row.uidvalidity) co_return Status::good();
    const Uid sure = known.match ? matched_up_to(*known.match, view.announced().uids()) : Uid{0};
    NumSet asked;
    asked.add(NumRange{1, std::numeric_limits<std::uint32_t>::max()});
    if (known.known_uids) asked = *std::move(known.known_uids);
    const NumSet numbers = view.announced().numbers_of_uids(asked);
    const Modseq since{known.modseq};
    LOAM_CO_TRY_STATUS(
        co_await tell_vanished(session, uids_between(asked, sure, row.uidnext), since));
    // UID FETCH asked (FLAGS) (CHANGEDSINCE since).
    auto changed = [since](const MessageRow& message) {
        return message.modseq > since ? Tell::flags : Tell::nothing;
    };
    co_return co_await tell_flags(session, numbers, changed);
}

}  // namespace loam::imap
