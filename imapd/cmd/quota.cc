#include "imapd/cmd/runners.h"

namespace loam::imap {
namespace {

constexpr std::uint64_t kStorageUnitBytes = 1024;

// The one root of an account. Nothing is known of other users' roots.
std::string root_of(const Session& session) {
    return "user." + session.user();
}

bool has_limits(const AccountCell& cell) {
    return cell.limit_octets != 0 || cell.limit_messages != 0 || cell.limit_mailboxes != 0;
}

std::uint64_t storage_units(std::uint64_t octets) {
    return octets / kStorageUnitBytes + (octets % kStorageUnitBytes == 0 ? 0 : 1);
}

// Resources without a limit are left out: RFC 9208 section 4.2.1.
void write_quota(Session& session) {
    const AccountCell& cell = session.account().cell();
    std::string list;
    const auto add = [&list](std::string_view name, std::uint64_t used, std::uint64_t limit) {
        if (!list.empty()) list += ' ';
        list += name;
        list += ' ' + std::to_string(used) + ' ' + std::to_string(limit);
    };
    if (cell.limit_octets != 0) {
        add("STORAGE", storage_units(cell.used_octets), storage_units(cell.limit_octets));
    }
    if (cell.limit_messages != 0) add("MESSAGE", cell.messages, cell.limit_messages);
    if (cell.limit_mailboxes != 0) add("MAILBOX", cell.mailboxes, cell.limit_mailboxes);
    session.writer()
        .begin()
        .raw("QUOTA ")
        .astring(root_of(session))
        .sp()
        .open()
        .raw(list)
        .close()
        .end();
}

}  // namespace

/// GETQUOTA: RFC 9208 section 4.1.1.
Task<Result<Reply>> run_getquota(Session& session, GetQuotaArgs args) {
    if (args.root != root_of(session) || !has_limits(session.account().cell())) {
        co_return fail(Errc::not_found, "no such quota root");
    }
    write_quota(session);
    co_return Reply::ok("that is all");
}

/// GETQUOTAROOT: RFC 9208 section 4.1.2. The mailbox need not exist.
Task<Result<Reply>> run_getquotaroot(Session& session, GetQuotaRootArgs args) {
    const bool limited = has_limits(session.account().cell());
    ResponseWriter writer = session.writer();
    writer.begin().raw("QUOTAROOT ").mailbox(args.mailbox.name);
    if (limited) writer.sp().astring(root_of(session));
    writer.end();
    if (limited) write_quota(session);
    co_return Reply::ok("that is all");
}

}  // namespace loam::imap
