// loam stats: what the store holds.
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "tools/loam/ask.h"

namespace loam::tool {

namespace {

int print_stats(const Options& options, bool json) {
    admin::Row all = admin::Row::object();
    const auto take = [&](const admin::Row& row) {
        const std::string name = row.value("name", "");
        const std::uint64_t value = row.value("value", std::uint64_t{0});
        if (!json)
            std::printf("%-24s %20llu\n", name.c_str(), static_cast<unsigned long long>(value));
        all[name] = value;
    };
    const int status = ask_store(options, false, {.verb = admin::Verb::stats}, take);
    if (json && status == kExitFine) std::printf("%s\n", all.dump(2).c_str());
    return status;
}

}  // namespace

void add_stats_command(CLI::App& app, const Options& options, int& status) {
    CLI::App* stats = app.add_subcommand("stats", "what the store holds, and what its parts take");
    auto json =
        std::make_shared<bool>(false);  // shared: the flag fills it, the callback reads it later
    stats->add_flag("--json", *json, "as JSON");
    stats->callback([json, &options, &status] { status = print_stats(options, *json); });
}

}  // namespace loam::tool
