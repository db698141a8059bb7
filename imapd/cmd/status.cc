#include <algorithm>
#include <utility>

#include "imapd/cmd/runners.h"
#include "imapd/cmd/status_line.h"
#include "imapd/session/object_id.h"

namespace loam::imap {
namespace {

// \Recent for nobody's session: what the next SELECT would claim.
std::uint32_t count_recent(Mailbox& mailbox) {
    const auto rows = mailbox.messages();
    const auto first =
        std::ranges::lower_bound(rows, mailbox.recent_from(false), {}, &MessageRow::uid);
    return static_cast<std::uint32_t>(rows.end() - first);
}

std::uint64_t value_of(StatusItem item, const MailboxRow& row, std::uint32_t recent,
                       std::uint64_t append_limit) {
    switch (item) {
        case StatusItem::messages:
            return row.exists;
        case StatusItem::recent:
            return recent;
        case StatusItem::uidnext:
            return row.uidnext.value;
        case StatusItem::uidvalidity:
            return row.uidvalidity;
        case StatusItem::unseen:
            return row.unseen;
        case StatusItem::deleted:
            return row.deleted;
        case StatusItem::size:
            return row.octets;
        case StatusItem::deleted_storage:
            return row.deleted_octets;
        case StatusItem::highestmodseq:
            return row.highest_modseq.value;
        case StatusItem::appendlimit:
            return append_limit;
        case StatusItem::mailboxid:
            break;  // no number
    }
    LOAM_CHECK(false);
}

}  // namespace

Task<Status> write_status_line(Session& session, std::string name, StatusItems items) {
    Account& account = session.account();
    const auto id = account.find_mailbox(name);
    if (!id) co_return Status::good();
    std::uint32_t recent = 0;
    if (items.has(StatusItem::recent)) {
        LOAM_CO_TRY(const auto mailbox, co_await account.open_mailbox(*id));
        recent = count_recent(*mailbox);
    }
    const MailboxRow* row = account.mailbox_row(*id);
    if (row == nullptr) co_return Status::good();
    ResponseWriter writer = session.writer();
    writer.begin().raw("STATUS ").mailbox(name).raw(" (");
    bool first = true;
    for (const StatusItem item : kStatusItems) {
        if (!items.has(item)) continue;
        if (!std::exchange(first, false)) writer.sp();
        writer.raw(to_string(item)).sp();
        if (item == StatusItem::mailboxid) {
            writer.open().raw(mailbox_object_id(account.id(), *id)).close();
            continue;
        }
        writer.number(value_of(item, *row, recent, session.store().options().message_bytes_max));
    }
    writer.close().end();
    co_return Status::good();
}

/// STATUS: RFC 9051 section 6.3.11. Works on the selected mailbox too.
Task<Result<Reply>> run_status(Session& session, StatusArgs args) {
    if (!session.account().find_mailbox(args.mailbox.name)) {
        co_return fail(Errc::not_found, "no such mailbox");
    }
    if (args.items.has(StatusItem::highestmodseq)) session.enable_condstore();
    LOAM_CO_TRY_STATUS(co_await write_status_line(session, args.mailbox.name, args.items));
    co_return Reply::ok("that is all");
}

}  // namespace loam::imap
