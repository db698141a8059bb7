// loam rebuild: the index anew, from the log alone.
#include "engine/check/rebuild.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "tools/loam/command.h"
#include "tools/loam/status_line.h"

namespace loam::tool {

namespace {

void print_text(const check::RebuildReport& report, double seconds) {
    if (report.torn_bytes > 0) {
        std::printf("%llu octets behind the log's end were never acknowledged and are zeroed\n",
                    static_cast<unsigned long long>(report.torn_bytes));
    }
    std::printf("%llu messages of %llu accounts from %llu records: %.1f s, %.0f messages/s\n",
                static_cast<unsigned long long>(report.messages),
                static_cast<unsigned long long>(report.accounts),
                static_cast<unsigned long long>(report.records), seconds,
                static_cast<double>(report.messages) / seconds);
}

void print_json(const check::RebuildReport& report, double seconds) {
    const nlohmann::ordered_json all{
        {"accounts", report.accounts},     {"messages", report.messages},
        {"log_groups", report.groups},     {"log_records", report.records},
        {"torn_bytes", report.torn_bytes}, {"seconds", seconds}};
    std::printf("%s\n", all.dump(2).c_str());
}

int run_rebuild(const std::string& store, bool json) {
    auto runtime = Runtime::start();
    if (!runtime) {
        complain(runtime.error());
        return kExitFailed;
    }
    const auto start = std::chrono::steady_clock::now();
    StatusLine line;
    auto rebuilding =
        check::rebuild({.path = store, .progress = line.hearer()}, (*runtime)->disk());
    const auto report = (*runtime)->run(std::move(rebuilding));
    line.clear();
    if (!report) {
        complain(report.error());
        return kExitFailed;
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    const double seconds = std::max(took.count(), 0.001);
    if (json) {
        print_json(*report, seconds);
    } else {
        print_text(*report, seconds);
    }
    return kExitFine;
}

}  // namespace

void add_rebuild_command(CLI::App& app, const Options& options, int& status) {
    CLI::App* rebuild = app.add_subcommand(
        "rebuild", "make the index (db/) anew from the log, whether or not there is one");
    auto json =
        std::make_shared<bool>(false);  // shared: the flag fills it, the callback reads it later
    rebuild->add_flag("--json", *json, "as JSON");
    rebuild->callback([json, &options, &status] { status = run_rebuild(options.store, *json); });
}

}  // namespace loam::tool
