// loam backup: a copy of the store's log that can be gone on with.
#include "engine/check/backup.h"

#include <cstdio>
#include <ctime>

#include <nlohmann/json.hpp>

#include "tools/loam/command.h"
#include "tools/loam/status_line.h"

namespace loam::tool {

namespace {

std::string as_utc(std::int64_t wall_us) {
    const std::time_t seconds = wall_us / 1'000'000;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    char text[32];
    const std::size_t size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return {text, size};
}

void print_text(const check::BackupReport& report) {
    std::printf(
        "the store as of %s: %llu segments copied (%llu octets), %llu kept, %llu removed; %llu "
        "groups and %llu payloads verified\n",
        as_utc(report.wall_us).c_str(), static_cast<unsigned long long>(report.segments_copied),
        static_cast<unsigned long long>(report.bytes_copied),
        static_cast<unsigned long long>(report.segments_kept),
        static_cast<unsigned long long>(report.segments_removed),
        static_cast<unsigned long long>(report.groups),
        static_cast<unsigned long long>(report.payloads_verified));
    if (report.payloads_gone > 0) {
        std::printf("%llu payloads are erased, or damaged, in the store as well\n",
                    static_cast<unsigned long long>(report.payloads_gone));
    }
}

void print_json(const check::BackupReport& report) {
    const nlohmann::ordered_json all{{"as_of", as_utc(report.wall_us)},
                                     {"segments_copied", report.segments_copied},
                                     {"segments_kept", report.segments_kept},
                                     {"segments_removed", report.segments_removed},
                                     {"octets_copied", report.bytes_copied},
                                     {"log_groups", report.groups},
                                     {"payloads_verified", report.payloads_verified},
                                     {"payloads_gone", report.payloads_gone}};
    std::printf("%s\n", all.dump(2).c_str());
}

int run_backup(const std::string& store, const std::string& to, bool json) {
    auto runtime = Runtime::start();
    if (!runtime) {
        complain(runtime.error());
        return kExitFailed;
    }
    StatusLine line;
    auto copying = check::backup({.path = store, .to = to, .progress = line.hearer()},
                                 (*runtime)->loop(), (*runtime)->disk());
    const auto report = (*runtime)->run(std::move(copying));
    line.clear();
    if (!report) {
        complain(report.error());
        return kExitFailed;
    }
    if (json) {
        print_json(*report);
    } else {
        print_text(*report);
    }
    return kExitFine;
}

}  // namespace

void add_backup_command(CLI::App& app, const Options& options, int& status) {
    CLI::App* backup = app.add_subcommand(
        "backup",
        "copy the store to a directory, or bring an older copy there up to date; the "
        "server may be running");
    struct Flags {
        std::string to;
        bool json = false;
    };
    auto flags =
        std::make_shared<Flags>();  // shared: the flags fill it, the callback reads it later
    backup->add_option("DIR", flags->to, "where to")->required();
    backup->add_flag("--json", flags->json, "as JSON");
    backup->callback(
        [flags, &options, &status] { status = run_backup(options.store, flags->to, flags->json); });
}

}  // namespace loam::tool
