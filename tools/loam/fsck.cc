// loam fsck: whether everything holds that must.
#include "engine/check/fsck.h"

#include <cstdio>

#include <nlohmann/json.hpp>

#include "tools/loam/command.h"
#include "tools/loam/salvage.h"
#include "tools/loam/status_line.h"

namespace loam::tool {

namespace {

void print_text(const check::FsckReport& report) {
    if (report.replayed_groups > 0 || report.torn_bytes > 0) {
        std::printf(
            "the store was not closed cleanly: %llu groups of the log were not in the index on "
            "disk yet, "
            "%llu octets behind its end were never acknowledged\n",
            static_cast<unsigned long long>(report.replayed_groups),
            static_cast<unsigned long long>(report.torn_bytes));
    }
    for (const check::Finding& finding : report.findings)
        std::printf("%s\n", finding.what.c_str());
    if (report.findings_count > report.findings.size()) {
        std::printf("... and %llu more\n", static_cast<unsigned long long>(report.findings_count -
                                                                           report.findings.size()));
    }
    std::printf(
        "%llu accounts, %llu mailboxes, %llu messages, %llu contents, %llu log groups: %s\n",
        static_cast<unsigned long long>(report.accounts),
        static_cast<unsigned long long>(report.mailboxes),
        static_cast<unsigned long long>(report.messages),
        static_cast<unsigned long long>(report.contents),
        static_cast<unsigned long long>(report.groups),
        report.findings_count == 0 ? "all is well" : "findings above");
    for (const std::string& advice : report.advice)
        std::printf("%s\n", advice.c_str());
}

void print_json(const check::FsckReport& report) {
    nlohmann::ordered_json all{{"accounts", report.accounts},
                               {"mailboxes", report.mailboxes},
                               {"messages", report.messages},
                               {"contents", report.contents},
                               {"log_groups", report.groups},
                               {"replayed_groups", report.replayed_groups},
                               {"torn_bytes", report.torn_bytes},
                               {"payload_bytes_checked", report.payload_bytes_checked},
                               {"findings_count", report.findings_count},
                               {"findings", nlohmann::json::array()},
                               {"advice", report.advice}};
    for (const check::Finding& finding : report.findings)
        all["findings"].push_back(finding.what);
    std::printf("%s\n", all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

int run_fsck(check::FsckOptions fsck_options, bool json) {
    auto runtime = Runtime::start();
    if (!runtime) {
        complain(runtime.error());
        return kExitFailed;
    }
    StatusLine line;
    fsck_options.progress = line.hearer();
    auto checking = check::fsck(std::move(fsck_options), (*runtime)->loop(), (*runtime)->disk());
    const auto report = (*runtime)->run(std::move(checking));
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
    return report->findings_count == 0 ? kExitFine : kExitFindings;
}

}  // namespace

void add_fsck_command(CLI::App& app, const Options& options, int& status) {
    CLI::App* fsck =
        app.add_subcommand("fsck",
                           "check that everything holds that must. Exit status: 0 all is well, 1 "
                           "findings, 2 could not run");
    struct Flags {
        bool deep = false;
        bool json = false;
        bool salvage = false;
    };
    auto flags =
        std::make_shared<Flags>();  // shared: the flags fill it, the callback reads it later
    fsck->add_flag("--deep", flags->deep, "also read every message and hold it against its hashes");
    fsck->add_flag("--json", flags->json, "as JSON");
    fsck->add_flag("--salvage", flags->salvage,
                   "mend what can be mended, so that the store serves the rest, and tell what is "
                   "lost; changes the store");
    fsck->callback([flags, &options, &status] {
        if (flags->salvage) {
            status = run_salvage(options.store, flags->json);
            return;
        }
        check::FsckOptions fsck_options;
        fsck_options.path = options.store;
        fsck_options.deep = flags->deep;
        status = run_fsck(std::move(fsck_options), flags->json);
    });
}

}  // namespace loam::tool
