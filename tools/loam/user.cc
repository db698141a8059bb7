// loam user: add, list, passwd, admin, delete. The limits are in user_quota.cc.
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "imapd/auth/authenticator.h"
#include "tools/loam/ask.h"
#include "tools/loam/password.h"
#include "tools/loam/user_quota.h"

namespace loam::tool {

namespace {

/// What is asked of the store is the stored form: no password leaves this process.
Result<std::string> read_secret() {
    LOAM_TRY(const std::string password, read_password());
    return imap::make_secret(password);
}

int ask_with_secret(const Options& options, admin::Verb verb, const std::string& name) {
    auto secret = read_secret();
    if (!secret) {
        complain(secret.error());
        return kExitFailed;
    }
    return ask_store(options, verb == admin::Verb::user_add,
                     {.verb = verb, .name = name, .secret = *std::move(secret)});
}

void print_table(const std::vector<admin::Row>& users) {
    std::printf("%-32s %9s %10s %14s\n", "user", "mailboxes", "messages", "octets");
    for (const admin::Row& one : users) {
        std::printf("%-32s %9llu %10llu %14llu\n", one.value("name", "").c_str(),
                    one.value("mailboxes", 0ULL), one.value("messages", 0ULL),
                    one.value("octets", 0ULL));
    }
}

int list(const Options& options, bool json) {
    std::vector<admin::Row> users;
    const int status = ask_store(options, false, {.verb = admin::Verb::user_list},
                                 [&](const admin::Row& row) { users.push_back(row); });
    if (status != kExitFine) return status;
    if (json) {
        const std::string text =
            admin::Row(users).dump(2, ' ', false, admin::Row::error_handler_t::replace);
        std::printf("%s\n", text.c_str());
    } else {
        print_table(users);
    }
    return status;
}

void add_named(CLI::App& user, const char* word, const char* help, const Options& options,
               int& status, admin::Verb verb) {
    CLI::App* sub = user.add_subcommand(word, help);
    auto name = std::make_shared<std::string>();  // shared: the option fills it, the callback reads
                                                  // it later
    sub->add_option("NAME", *name, "the user's name")->required();
    sub->callback([name, &options, &status, verb] {
        const bool secret = verb == admin::Verb::user_add || verb == admin::Verb::user_passwd;
        status = secret ? ask_with_secret(options, verb, *name)
                        : ask_store(options, false, {.verb = verb, .name = *name});
    });
}

}  // namespace

void add_user_command(CLI::App& app, const Options& options, int& status) {
    using enum admin::Verb;
    CLI::App* user = app.add_subcommand(
        "user", "make, list and remove users; passwords come from standard input");
    user->require_subcommand(1);
    add_named(*user, "add", "make a user with an INBOX (and the store, if there is none yet)",
              options, status, user_add);
    add_named(*user, "passwd", "give a user another password", options, status, user_passwd);
    add_named(*user, "admin", "make a user an administrator, who may set limits by SETQUOTA",
              options, status, user_admin);
    add_named(*user, "no-admin", "make an administrator an ordinary user again", options, status,
              user_no_admin);
    add_user_quota_command(*user, options, status);
    add_named(*user, "delete", "remove a user and all of the user's mail", options, status,
              user_delete);
    CLI::App* listing = user->add_subcommand("list", "all users and what they hold");
    auto json =
        std::make_shared<bool>(false);  // shared: the flag fills it, the callback reads it later
    listing->add_flag("--json", *json, "as JSON");
    listing->callback([json, &options, &status] { status = list(options, *json); });
}

}  // namespace loam::tool
