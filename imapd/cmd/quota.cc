#include <algorithm>
#include <optional>
#include <utility>

#include "imapd/cmd/runners.h"

namespace loam::imap {
namespace {

constexpr std::uint64_t kStorageUnitBytes = 1024;
constexpr std::string_view kRootPrefix = "user.";

// The one root of an account: RFC 9208 section 3.2.
std::string root_of(std::string_view user) {
    return std::string(kRootPrefix) + std::string(user);
}

bool has_limits(const AccountCell& cell) {
    return cell.limit_octets != 0 || cell.limit_messages != 0 || cell.limit_mailboxes != 0;
}

std::uint64_t storage_units(std::uint64_t octets) {
    return octets / kStorageUnitBytes + (octets % kStorageUnitBytes == 0 ? 0 : 1);
}

// Resources without a limit are left out: RFC 9208 section 4.2.1. Its grammar has no empty list, so
// a root without limits is no root.
void write_quota(Session& session, std::string_view root, const AccountCell& cell) {
    std::string list;
    const auto add = [&list](std::string_view name, std::uint64_t used, std::uint64_t limit) {
        if (!list.empty()) list += ' ';
        list += name;
        list += ' ' + std::to_string(used) + ' ' + std::to_string(limit);
    };
    if (cell.limit_octets != 0) {
        add("STORAGE", storage_units(cell.used_octets),
            storage_units(allowed_of(cell.limit_octets)));
    }
    if (cell.limit_messages != 0) add("MESSAGE", cell.messages, allowed_of(cell.limit_messages));
    if (cell.limit_mailboxes != 0) add("MAILBOX", cell.mailboxes, allowed_of(cell.limit_mailboxes));
    session.writer().begin().raw("QUOTA ").astring(root).sp().open().raw(list).close().end();
}

Error no_such_root() {
    return fail(Errc::not_found, "no such quota root");
}

// The user whose root this is, if it is one that this session may know of: its own, and for an
// administrator everybody's.
std::optional<std::string> user_of(const Session& session, std::string_view root) {
    if (!root.starts_with(kRootPrefix)) return std::nullopt;
    std::string user(root.substr(kRootPrefix.size()));
    if (user != session.user() && !session.administrator()) return std::nullopt;
    return user;
}

Task<Result<AccountCell>> usage_of(Session& session, std::string user) {
    if (user == session.user()) co_return session.account().cell();
    auto cell = co_await session.store().usage(session.port().loop(), std::move(user));
    if (!cell && cell.error().code == Errc::not_found) co_return no_such_root();
    co_return cell;
}

// What a limit of the command is in the account's cell. 0 prohibits any usage: RFC 9208
// section 3.1.2. Errors: unsupported.
Result<std::uint64_t> cell_limit(std::uint64_t limit, std::uint64_t unit) {
    if (const auto in_cell = limit_of(limit, unit)) return *in_cell;
    return fail(Errc::unsupported, "that limit is too high");
}

// All limits of the root; what is not named has none from now on: RFC 9208 section 4.1.3.
Result<LimitsChange> limits_of(const SetQuotaArgs& args) {
    LimitsChange change{.octets = 0, .messages = 0, .mailboxes = 0};
    for (const SetQuotaArgs::Limit& limit : args.limits) {
        if (limit.resource == "STORAGE") {
            LOAM_TRY(change.octets, cell_limit(limit.limit, kStorageUnitBytes));
        } else if (limit.resource == "MESSAGE") {
            LOAM_TRY(change.messages, cell_limit(limit.limit, 1));
        } else if (limit.resource == "MAILBOX") {
            LOAM_TRY(change.mailboxes, cell_limit(limit.limit, 1));
        } else {
            return fail(Errc::unsupported, "no such resource: " + limit.resource);
        }
    }
    return change;
}

}  // namespace

/// GETQUOTA: RFC 9208 section 4.1.1; the resources: sections 5.1 to 5.3.
Task<Result<Reply>> run_getquota(Session& session, GetQuotaArgs args) {
    auto user = user_of(session, args.root);
    if (!user) co_return no_such_root();
    LOAM_CO_TRY(const AccountCell cell, co_await usage_of(session, *std::move(user)));
    if (!has_limits(cell)) co_return no_such_root();
    write_quota(session, args.root, cell);
    co_return Reply::ok("that is all");
}

/// GETQUOTAROOT: RFC 9208 sections 4.1.2 and 4.2.2. The mailbox need not exist.
Task<Result<Reply>> run_getquotaroot(Session& session, GetQuotaRootArgs args) {
    const AccountCell& cell = session.account().cell();
    const std::string root = root_of(session.user());
    ResponseWriter writer = session.writer();
    writer.begin().raw("QUOTAROOT ").mailbox(args.mailbox.name);
    if (has_limits(cell)) writer.sp().astring(root);
    writer.end();
    if (has_limits(cell)) write_quota(session, root, cell);
    co_return Reply::ok("that is all");
}

/// SETQUOTA: RFC 9208 section 4.1.3. QUOTASET is announced to administrators alone.
Task<Result<Reply>> run_setquota(Session& session, SetQuotaArgs args) {
    auto user = user_of(session, args.root);
    if (!user) co_return no_such_root();
    LOAM_CO_TRY(const LimitsChange change, limits_of(args));
    io::Loop& here = session.port().loop();
    const auto cell = co_await session.store().set_limits(here, *std::move(user), change);
    if (!cell && cell.error().code == Errc::not_found) co_return no_such_root();
    if (!cell) co_return cell.error();
    if (has_limits(*cell)) write_quota(session, args.root, *cell);
    co_return Reply::ok("limits are set");
}

}  // namespace loam::imap
