// loam search: where a user's mail has some text.
#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>

#include "tools/loam/ask.h"

namespace loam::tool {

namespace {

int find(const Options& options, const admin::Request& request) {
    std::size_t count = 0;
    const auto take = [&](const admin::Row& row) {
        std::printf("%s\t%u\n", row.value("mailbox", "").c_str(), row.value("uid", 0U));
        ++count;
    };
    const int status = ask_store(options, false, request, take);
    return status == kExitFine && count == 0 ? kExitFindings : status;
}

}  // namespace

void add_search_command(CLI::App& app, const Options& options, int& status) {
    CLI::App* command = app.add_subcommand(
        "search", "mailbox and uid of each message of a user that has some text; 1 if none has");
    auto wanted = std::make_shared<admin::Request>(    // shared: the options fill it, the callback
        admin::Request{.verb = admin::Verb::search});  // reads it later
    command->add_option("USER", wanted->name, "the user's name")->required();
    command->add_option("TEXT", wanted->search.text, "what to look for, in any case")->required();
    command->add_option("--in", wanted->search.place,
                        "text, body, subject, from, to, cc, bcc, or the name of a header field");
    command->add_option("--mailbox", wanted->mailbox, "only there");
    command->add_flag("--build", wanted->search.build,
                      "put into the index first what is not there yet");
    command->callback([wanted, &options, &status] { status = find(options, *wanted); });
}

}  // namespace loam::tool
