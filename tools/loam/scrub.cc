// loam scrub: every payload read and held against its hash, in the order of the disk.
#include "engine/check/scrub.h"

#include <cstdio>

#include <nlohmann/json.hpp>

#include "tools/loam/command.h"
#include "tools/loam/status_line.h"

namespace loam::tool {

namespace {

struct Flags {
    bool restart = false;
    bool json = false;
    std::uint64_t rate_mib = 0;
    std::uint64_t at_most_mib = 0;
};

void print_text(const check::ScrubReport& report) {
    for (const std::string& finding : report.findings)
        std::printf("%s\n", finding.c_str());
    std::printf("%s%llu payloads, %llu octets read, %llu damaged, %llu not needed any more%s\n",
                report.resumed ? "went on: " : "", static_cast<unsigned long long>(report.payloads),
                static_cast<unsigned long long>(report.bytes),
                static_cast<unsigned long long>(report.findings_count),
                static_cast<unsigned long long>(report.unused),
                report.finished ? "" : "; stopped before the end of the log");
}

void print_json(const check::ScrubReport& report) {
    const nlohmann::ordered_json all{
        {"resumed", report.resumed},   {"finished", report.finished},
        {"payloads", report.payloads}, {"octets", report.bytes},
        {"unused", report.unused},     {"findings_count", report.findings_count},
        {"findings", report.findings}};
    std::printf("%s\n", all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

int run_scrub(const std::string& store, const Flags& flags) {
    auto runtime = Runtime::start();
    if (!runtime) {
        complain(runtime.error());
        return kExitFailed;
    }
    StatusLine line;
    check::ScrubOptions options;
    options.path = store;
    options.restart = flags.restart;
    options.bytes_per_second = flags.rate_mib << 20;
    options.bytes_max = flags.at_most_mib << 20;
    options.progress = line.hearer();
    auto scrubbing = check::scrub(std::move(options), (*runtime)->loop(), (*runtime)->disk());
    const auto report = (*runtime)->run(std::move(scrubbing));
    line.clear();
    if (!report) {
        complain(report.error());
        return kExitFailed;
    }
    if (flags.json) {
        print_json(*report);
    } else {
        print_text(*report);
    }
    return report->findings_count == 0 ? kExitFine : kExitFindings;
}

}  // namespace

void add_scrub_command(CLI::App& app, const Options& options, int& status) {
    CLI::App* scrub = app.add_subcommand(
        "scrub",
        "read every message's octets and hold them against their hashes; goes on where an "
        "earlier one was cut off");
    auto flags =
        std::make_shared<Flags>();  // shared: the flags fill it, the callback reads it later
    constexpr std::uint64_t kMibMax = 1U << 20;
    scrub->add_option("--rate", flags->rate_mib, "MiB a second at most")
        ->check(CLI::Range(std::uint64_t{1}, kMibMax));
    scrub->add_option("--at-most", flags->at_most_mib, "stop after so many MiB, to go on later")
        ->check(CLI::Range(std::uint64_t{1}, kMibMax));
    scrub->add_flag("--restart", flags->restart, "from the beginning of the log");
    scrub->add_flag("--json", flags->json, "as JSON");
    scrub->callback([flags, &options, &status] { status = run_scrub(options.store, *flags); });
}

}  // namespace loam::tool
