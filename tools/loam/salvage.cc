// loam fsck --salvage: a damaged store made fit to serve, and what that cost.
#include "tools/loam/salvage.h"

#include <cstdio>

#include <nlohmann/json.hpp>

#include "engine/check/fsck.h"
#include "engine/check/salvage.h"
#include "tools/loam/command.h"
#include "tools/loam/status_line.h"

namespace loam::tool {

namespace {

std::string listed(const UidSet& uids) {
    std::string text;
    for (const UidSet::Range& range : uids.ranges()) {
        if (!text.empty()) text += ',';
        text += std::to_string(range.first.value);
        if (range.first != range.last) text += ":" + std::to_string(range.last.value);
    }
    return text;
}

void print_text(const check::SalvageReport& salvaged, const check::FsckReport& left) {
    for (const std::string& mend : salvaged.mends)
        std::printf("%s\n", mend.c_str());
    for (const check::Loss& loss : salvaged.losses) {
        std::printf("lost: account %llu, user %s, mailbox %s, uid %s: %s\n",
                    static_cast<unsigned long long>(loss.account.value), loss.user.c_str(),
                    loss.mailbox.c_str(), listed(loss.uids).c_str(), loss.why.c_str());
    }
    for (const check::Finding& finding : left.findings)
        std::printf("left: %s\n", finding.what.c_str());
    std::printf("%zu damages mended, %llu records written again, %zu losses, %llu findings left\n",
                salvaged.mends.size(), static_cast<unsigned long long>(salvaged.records_written),
                salvaged.losses.size(), static_cast<unsigned long long>(left.findings_count));
}

void print_json(const check::SalvageReport& salvaged, const check::FsckReport& left) {
    nlohmann::ordered_json all{{"mends", salvaged.mends},
                               {"records_written", salvaged.records_written},
                               {"losses", nlohmann::json::array()},
                               {"findings_count", left.findings_count},
                               {"findings", nlohmann::json::array()}};
    for (const check::Loss& loss : salvaged.losses) {
        all["losses"].push_back({{"account", loss.account.value},
                                 {"user", loss.user},
                                 {"mailbox", loss.mailbox},
                                 {"uids", listed(loss.uids)},
                                 {"why", loss.why}});
    }
    for (const check::Finding& finding : left.findings)
        all["findings"].push_back(finding.what);
    std::printf("%s\n", all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

Result<int> salvage_and_check(Runtime& runtime, const std::string& store, bool json) {
    StatusLine line;
    check::SalvageOptions options;
    options.path = store;
    options.erase_deadline_us = runtime.loop().wall_now();
    options.progress = line.hearer();
    auto salvaging = check::salvage(std::move(options), runtime.loop(), runtime.disk());
    LOAM_TRY(const auto salvaged, runtime.run(std::move(salvaging)));
    check::FsckOptions fsck_options;
    fsck_options.path = store;
    fsck_options.deep = true;
    fsck_options.progress = line.hearer();
    auto checking = check::fsck(std::move(fsck_options), runtime.loop(), runtime.disk());
    LOAM_TRY(const auto left, runtime.run(std::move(checking)));
    line.clear();
    if (json) {
        print_json(salvaged, left);
    } else {
        print_text(salvaged, left);
    }
    const bool all_there = salvaged.losses.empty() && left.findings_count == 0;
    return all_there ? kExitFine : kExitFindings;
}

}  // namespace

int run_salvage(const std::string& store, bool json) {
    auto runtime = Runtime::start();
    const Result<int> status =
        runtime ? salvage_and_check(**runtime, store, json) : Result<int>(runtime.error());
    if (!status) complain(status.error());
    return status.value_or(kExitFailed);
}

}  // namespace loam::tool
