#include "imapd/admin/perform.h"

#include <utility>
#include <vector>

#include "engine/base/check.h"
#include "imapd/admin/search.h"
#include "imapd/auth/scram_secret.h"

namespace loam::admin {
namespace {

// Null: no limit.
Row limit_json(std::uint64_t limit) {
    return limit == 0 ? Row(nullptr) : Row(allowed_of(limit));
}

Row describe(const UserInfo& user, const AccountCell& cell) {
    return Row{{"name", user.credentials.name},
               {"account", user.account.value},
               {"login", !user.credentials.secret.empty()},
               {"administrator", user.credentials.administrator},
               {"mailboxes", cell.mailboxes},
               {"messages", cell.messages},
               {"octets", cell.used_octets},
               {"limit_octets", limit_json(cell.limit_octets)},
               {"limit_messages", limit_json(cell.limit_messages)},
               {"limit_mailboxes", limit_json(cell.limit_mailboxes)}};
}

// What nobody could log in with does not come in.
Task<Status> set_secret(Store& store, io::Loop& here, Request request) {
    const auto secret = imap::parse_secret(request.secret);
    if (!secret) co_return fail(Errc::invalid, "this is no stored form of a password");
    if (request.verb == Verb::user_passwd) {
        co_return co_await store.set_secret(here, std::move(request.name),
                                            std::move(request.secret));
    }
    CredentialRow row{.name = std::move(request.name), .secret = std::move(request.secret)};
    const auto added = co_await store.add_user(here, std::move(row));
    if (!added) co_return added.error();
    co_return Status::good();
}

Task<Status> list(Store& store, io::Loop& here, Caller& caller) {
    LOAM_CO_TRY(const std::vector<UserInfo> users, co_await store.list_users(here));
    for (const UserInfo& user : users) {
        const auto cell = co_await store.usage(here, user.credentials.name);
        if (!cell && cell.error().code == Errc::not_found) continue;  // deleted meanwhile
        if (!cell) co_return cell.error();
        LOAM_CO_TRY_STATUS(co_await caller.put(describe(user, *cell)));
    }
    co_return Status::good();
}

// Sessions are told at once, and those that came in while the mail went, behind it.
Task<Status> remove(Store& store, io::Loop& here, std::string name, Caller& caller) {
    LOAM_CO_TRY(const UserInfo user, co_await store.find_user(here, name));
    caller.end_sessions(user.account);
    LOAM_CO_TRY_STATUS(co_await store.delete_user(here, std::move(name)));
    caller.end_sessions(user.account);
    co_return Status::good();
}

Task<Status> quota(Store& store, io::Loop& here, Request request, Caller& caller) {
    const LimitsChange& limits = request.limits;
    const bool changes = limits.octets || limits.messages || limits.mailboxes;
    LOAM_CO_TRY(const UserInfo user, co_await store.find_user(here, request.name));
    auto task =
        changes ? store.set_limits(here, request.name, limits) : store.usage(here, request.name);
    LOAM_CO_TRY(const AccountCell cell, co_await std::move(task));
    co_return co_await caller.put(describe(user, cell));
}

Task<Status> tell_stats(Store& store, io::Loop& here, Caller& caller) {
    LOAM_CO_TRY(const std::vector<Store::Stat> stats, co_await store.stats(here));
    for (const Store::Stat& stat : stats) {
        LOAM_CO_TRY_STATUS(co_await caller.put(Row{{"name", stat.name}, {"value", stat.value}}));
    }
    co_return Status::good();
}

}  // namespace

Task<Status> perform(Store& store, io::Loop& here, Request request, Caller& caller) {
    switch (request.verb) {
        case Verb::user_add:
        case Verb::user_passwd:
            co_return co_await set_secret(store, here, std::move(request));
        case Verb::user_list:
            co_return co_await list(store, here, caller);
        case Verb::user_delete:
            co_return co_await remove(store, here, std::move(request.name), caller);
        case Verb::user_quota:
            co_return co_await quota(store, here, std::move(request), caller);
        case Verb::user_admin:
        case Verb::user_no_admin: {
            const bool administrator = request.verb == Verb::user_admin;
            co_return co_await store.set_administrator(here, std::move(request.name),
                                                       administrator);
        }
        case Verb::stats:
            co_return co_await tell_stats(store, here, caller);
        case Verb::search:
            co_return co_await search(store, here, std::move(request), caller);
        default:
            break;  // an import's
    }
    LOAM_CHECK(false);
}

}  // namespace loam::admin
