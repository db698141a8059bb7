// loam stats: what the store holds.
#include <cstdio>

#include <nlohmann/json.hpp>

#include "tools/loam/command.h"

namespace loam::tool {

namespace {

Result<int> print_stats(Runtime& runtime, Store& store, bool json) {
    LOAM_TRY(const auto stats, runtime.run(store.stats(runtime.loop())));
    nlohmann::ordered_json all = nlohmann::ordered_json::object();
    for (const Store::Stat& stat : stats) {
        if (!json)
            std::printf("%-24s %20llu\n", stat.name.c_str(),
                        static_cast<unsigned long long>(stat.value));
        all[stat.name] = stat.value;
    }
    if (json) std::printf("%s\n", all.dump(2).c_str());
    return kExitFine;
}

}  // namespace

void add_stats_command(CLI::App& app, const Options& options, int& status) {
    CLI::App* stats = app.add_subcommand("stats", "what the store holds, and what its parts take");
    auto json =
        std::make_shared<bool>(false);  // shared: the flag fills it, the callback reads it later
    stats->add_flag("--json", *json, "as JSON");
    stats->callback([json, &options, &status] {
        status = with_store(options, false, [&](Runtime& runtime, Store& store) {
            return print_stats(runtime, store, *json);
        });
    });
}

}  // namespace loam::tool
