// loam search: where a user's mail has some text.
#include "engine/api/search.h"

#include <array>
#include <cstdio>
#include <string_view>
#include <utility>

#include "tools/loam/command.h"

namespace loam::tool {

namespace {

struct Wanted {
    std::string user;
    std::string needle;
    std::string where = "text";
    std::string mailbox;  ///< empty: all
    bool build = false;
};

constexpr std::array<std::pair<std::string_view, Query::Op>, 7> kPlaces = {
    {{"text", Query::Op::text},
     {"body", Query::Op::body},
     {"subject", Query::Op::subject},
     {"from", Query::Op::from},
     {"to", Query::Op::to},
     {"cc", Query::Op::cc},
     {"bcc", Query::Op::bcc}}};

/// Anything else is the name of a header field.
Query make_query(const Wanted& wanted) {
    Query query;
    query.op = Query::Op::header;
    query.name = wanted.where;
    query.text = wanted.needle;
    for (const auto& [name, op] : kPlaces) {
        if (name == wanted.where) query.op = op;
    }
    return query;
}

Result<std::size_t> search_mailbox(Runtime& runtime, Account& account, const NameEntry& entry,
                                   const Query& query) {
    LOAM_TRY(const auto mailbox, runtime.run(account.open_mailbox(*entry.mailbox)));
    LOAM_TRY(const auto uids, runtime.run(search(account, *mailbox, query, [] { return false; })));
    for (const Uid uid : uids)
        std::printf("%s\t%u\n", entry.name.c_str(), unsigned{uid.value});
    return uids.size();
}

Result<int> find(Runtime& runtime, Store& store, const Wanted& wanted) {
    LOAM_TRY(const UserInfo user, runtime.run(store.find_user(runtime.loop(), wanted.user)));
    LOAM_TRY(const AccountHandle account, runtime.run(store.account(user.account)));
    if (wanted.build) LOAM_TRY_STATUS(runtime.run(account->build_search_index()));
    const Query query = make_query(wanted);
    bool known = wanted.mailbox.empty();
    std::size_t count = 0;
    for (const NameEntry& entry : account->names()) {
        if (!entry.mailbox || (!wanted.mailbox.empty() && entry.name != wanted.mailbox)) continue;
        known = true;
        LOAM_TRY(const std::size_t found, search_mailbox(runtime, *account, entry, query));
        count += found;
    }
    if (!known) return fail(Errc::not_found, "no mailbox " + wanted.mailbox);
    return count > 0 ? kExitFine : kExitFindings;
}

}  // namespace

void add_search_command(CLI::App& app, const Options& options, int& status) {
    CLI::App* command = app.add_subcommand(
        "search", "mailbox and uid of each message of a user that has some text; 1 if none has");
    auto wanted =
        std::make_shared<Wanted>();  // shared: the options fill it, the callback reads it later
    command->add_option("USER", wanted->user, "the user's name")->required();
    command->add_option("TEXT", wanted->needle, "what to look for, in any case")->required();
    command->add_option("--in", wanted->where,
                        "text, body, subject, from, to, cc, bcc, or the name of a header field");
    command->add_option("--mailbox", wanted->mailbox, "only there");
    command->add_flag("--build", wanted->build, "put into the index first what is not there yet");
    command->callback([wanted, &options, &status] {
        status = with_store(options, false, [&](Runtime& runtime, Store& store) {
            return find(runtime, store, *wanted);
        });
    });
}

}  // namespace loam::tool
