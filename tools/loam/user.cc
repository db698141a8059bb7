// loam user: add, list, passwd, admin, delete. The limits are in user_quota.cc.
#include <cstdio>

#include <nlohmann/json.hpp>

#include "imapd/auth/authenticator.h"
#include "tools/loam/command.h"
#include "tools/loam/password.h"
#include "tools/loam/user_quota.h"

namespace loam::tool {

namespace {

Result<int> add(Runtime& runtime, Store& store, const std::string& name) {
    LOAM_TRY(const std::string password, read_password());
    LOAM_TRY(std::string secret, imap::make_secret(password));
    LOAM_TRY_STATUS(runtime.run(store.add_user(runtime.loop(), {name, std::move(secret)})));
    return kExitFine;
}

Result<int> change_password(Runtime& runtime, Store& store, const std::string& name) {
    LOAM_TRY(const std::string password, read_password());
    LOAM_TRY(std::string secret, imap::make_secret(password));
    LOAM_TRY_STATUS(runtime.run(store.set_secret(runtime.loop(), name, std::move(secret))));
    return kExitFine;
}

Result<int> make_administrator(Runtime& runtime, Store& store, const std::string& name) {
    LOAM_TRY_STATUS(runtime.run(store.set_administrator(runtime.loop(), name, true)));
    return kExitFine;
}

Result<int> make_ordinary(Runtime& runtime, Store& store, const std::string& name) {
    LOAM_TRY_STATUS(runtime.run(store.set_administrator(runtime.loop(), name, false)));
    return kExitFine;
}

Result<int> remove(Runtime& runtime, Store& store, const std::string& name) {
    LOAM_TRY_STATUS(runtime.run(store.delete_user(runtime.loop(), name)));
    return kExitFine;
}

/// Null: no limit.
nlohmann::json limit_json(std::uint64_t limit) {
    if (limit == 0) return nullptr;
    return allowed_of(limit);
}

/// One user's figures, on the account's own thread, which is this one.
Result<nlohmann::json> describe(Runtime& runtime, Store& store, const UserInfo& user) {
    LOAM_TRY(const AccountHandle account, runtime.run(store.account(user.account)));
    const AccountCell& cell = account->cell();
    return nlohmann::json{{"name", user.credentials.name},
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

Result<int> list(Runtime& runtime, Store& store, bool json) {
    LOAM_TRY(const auto users, runtime.run(store.list_users(runtime.loop())));
    nlohmann::json all = nlohmann::json::array();
    for (const UserInfo& user : users) {
        LOAM_TRY(nlohmann::json one, describe(runtime, store, user));
        all.push_back(std::move(one));
    }
    if (json) {
        std::printf("%s\n",
                    all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
        return kExitFine;
    }
    std::printf("%-32s %9s %10s %14s\n", "user", "mailboxes", "messages", "octets");
    for (const auto& one : all) {
        std::printf("%-32s %9llu %10llu %14llu\n", one["name"].get<std::string>().c_str(),
                    one["mailboxes"].get<unsigned long long>(),
                    one["messages"].get<unsigned long long>(),
                    one["octets"].get<unsigned long long>());
    }
    return kExitFine;
}

using NamedCommand = Result<int> (*)(Runtime&, Store&, const std::string&);

void add_named(CLI::App& user, const char* verb, const char* help, const Options& options,
               bool create, int& status, NamedCommand command) {
    CLI::App* sub = user.add_subcommand(verb, help);
    auto name = std::make_shared<std::string>();  // shared: the option fills it, the callback reads
                                                  // it later
    sub->add_option("NAME", *name, "the user's name")->required();
    sub->callback([name, &options, create, &status, command] {
        status = with_store(options, create, [&](Runtime& runtime, Store& store) {
            return command(runtime, store, *name);
        });
    });
}

}  // namespace

void add_user_command(CLI::App& app, const Options& options, int& status) {
    CLI::App* user = app.add_subcommand(
        "user", "make, list and remove users; passwords come from standard input");
    user->require_subcommand(1);
    add_named(*user, "add", "make a user with an INBOX (and the store, if there is none yet)",
              options, true, status, add);
    add_named(*user, "passwd", "give a user another password", options, false, status,
              change_password);
    add_named(*user, "admin", "make a user an administrator, who may set limits by SETQUOTA",
              options, false, status, make_administrator);
    add_named(*user, "no-admin", "make an administrator an ordinary user again", options, false,
              status, make_ordinary);
    add_user_quota_command(*user, options, status);
    add_named(*user, "delete", "remove a user and all of the user's mail", options, false, status,
              remove);
    CLI::App* listing = user->add_subcommand("list", "all users and what they hold");
    auto json =
        std::make_shared<bool>(false);  // shared: the flag fills it, the callback reads it later
    listing->add_flag("--json", *json, "as JSON");
    listing->callback([json, &options, &status] {
        status = with_store(options, false, [&](Runtime& runtime, Store& store) {
            return list(runtime, store, *json);
        });
    });
}

}  // namespace loam::tool
