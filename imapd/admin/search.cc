#include "imapd/admin/search.h"

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/api/search.h"

namespace loam::admin {
namespace {

constexpr std::array<std::pair<std::string_view, Query::Op>, 7> kPlaces = {
    {{"text", Query::Op::text},
     {"body", Query::Op::body},
     {"subject", Query::Op::subject},
     {"from", Query::Op::from},
     {"to", Query::Op::to},
     {"cc", Query::Op::cc},
     {"bcc", Query::Op::bcc}}};

/// Anything else is the name of a header field.
Query query_of(const Request::Search& wanted) {
    Query query;
    query.op = Query::Op::header;
    query.name = wanted.place;
    query.text = wanted.text;
    for (const auto& [name, op] : kPlaces) {
        if (name == wanted.place) query.op = op;
    }
    return query;
}

struct Found {
    std::string mailbox;
    std::vector<Uid> uids;
};
using Finds = Result<std::vector<Found>>;

/// On the account's own thread.
Task<Finds> search_account(Store* store, AccountId id, Request::Search wanted, std::string within,
                           const Caller* caller) {
    LOAM_CO_TRY(const AccountHandle account, co_await store->account(id));
    if (wanted.build) {
        LOAM_CO_TRY_STATUS(co_await account->build_search_index());
    }
    const Query query = query_of(wanted);
    const auto cancelled = [caller] { return caller->gone(); };
    bool known = within.empty();
    std::vector<Found> all;
    for (const NameEntry& entry : account->names()) {
        if (!entry.mailbox || (!within.empty() && entry.name != within)) continue;
        known = true;
        auto mailbox = co_await account->open_mailbox(*entry.mailbox);
        if (!mailbox && mailbox.error().code == Errc::not_found) continue;  // deleted meanwhile
        if (!mailbox) co_return mailbox.error();
        LOAM_CO_TRY(auto uids, co_await loam::search(*account, **mailbox, query, cancelled));
        all.push_back({entry.name, std::move(uids)});
    }
    if (!known) co_return fail(Errc::not_found, "no mailbox " + within);
    co_return all;
}

}  // namespace

Task<Status> search(Store& store, io::Loop& here, Request request, Caller& caller) {
    LOAM_CO_TRY(const UserInfo user, co_await store.find_user(here, request.name));
    auto work = search_account(&store, user.account, std::move(request.search),
                               std::move(request.mailbox), &caller);
    LOAM_CO_TRY(const std::vector<Found> all,
                co_await io::run_on(here, store.owner(user.account), std::move(work)));
    for (const Found& found : all) {
        for (const Uid uid : found.uids) {
            Row row{{"mailbox", found.mailbox}, {"uid", uid.value}};
            LOAM_CO_TRY_STATUS(co_await caller.put(std::move(row)));
        }
    }
    co_return Status::good();
}

}  // namespace loam::admin
