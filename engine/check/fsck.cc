#include "engine/check/fsck.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "engine/check/advice.h"
#include "engine/check/check_accounts.h"
#include "engine/check/check_contents.h"
#include "engine/check/check_erasures.h"
#include "engine/check/check_files.h"
#include "engine/check/findings.h"
#include "engine/check/replay_log.h"
#include "engine/index/index.h"
#include "engine/index/state_cursor.h"
#include "engine/keep/lock_file.h"
#include "engine/keep/replay.h"
#include "engine/log/recover.h"
#include "engine/log/segment_files.h"

namespace loam::check {

namespace {

/// Keys that differ between the live index and the log's, at most this many are named.
constexpr std::size_t kDifferencesMax = 100;
constexpr std::size_t kIndexCacheBytes = 64U << 20;

/// One check under way. Damage becomes a finding; a Status says that the check could not go on.
struct Check {
    Check(FsckOptions with, io::Disk& on) : options(std::move(with)), disk(on) {}

    const FsckOptions options;
    io::Disk& disk;
    FsckReport report;
    Findings findings{report, options};
    StoreId store{};
    std::unique_ptr<Index> live;  ///< what is on disk with the log's tail; null: cannot be read
    std::unique_ptr<Index> rebuilt = Index::open_scratch();
    bool log_is_whole = false;
    LogRecords records;
    AnnouncedErasures announced;

    Task<Status> read_live();
    Task<Status> read_log();
    void compare_indexes();
    Status check_numbers();
    Task<Status> check_erased();
    Task<Status> check_contents(io::Loop& loop);

    void index_is_damaged(const Error& error) {
        findings.add(error.what, kAdviseRebuild);
        live.reset();
    }
    /// The same damage is met twice where it lies in the tail.
    void log_is_damaged(const Error& error) {
        const std::string what = "log: " + error.what;
        const bool told =
            std::ranges::find(report.findings, what, &Finding::what) != report.findings.end();
        if (!told) findings.add(what, kAdviseSalvage);
    }
};

bool is_damage(const Error& error) {
    return error.code == Errc::corrupt || error.code == Errc::not_found || error.code == Errc::io;
}

/// The index on disk, brought up to the end of the log in memory.
Task<Status> Check::read_live() {
    findings.progress("reading the index and the tail of the log");
    IndexOptions index_options;
    index_options.read_only = true;
    index_options.cache_bytes = kIndexCacheBytes;
    auto opened = Index::open(options.path + "/db", std::move(index_options));
    if (!opened) {
        if (!is_damage(opened.error())) co_return opened.error();
        index_is_damaged(opened.error());
        co_return Status::good();
    }
    live = *std::move(opened);
    if (const Status verified = live->verify(); !verified) {
        index_is_damaged(verified.error());
        co_return Status::good();
    }
    const auto applied = live->view(ReadTier::may_block).applied();
    if (!applied) {
        index_is_damaged(applied.error());
        co_return Status::good();
    }
    Status failed;
    const std::function<Status(const ScannedGroup&)> replay = [&](const ScannedGroup& group) {
        ++report.replayed_groups;
        failed = live->apply(keep::to_apply(group));
        return failed;
    };
    const auto tail =
        co_await inspect_log(disk, log_dir(options.path, 0), {.store = store},
                             LogPosition{applied->end, applied->chain}, keep::visit_with(replay));
    if (tail) report.torn_bytes = tail->torn_bytes;
    if (!failed) {
        index_is_damaged(failed.error());
    } else if (!tail) {
        log_is_damaged(tail.error());
    }
    co_return Status::good();
}

Task<Status> Check::read_log() {
    findings.progress("reading the whole log");
    const auto seen = [this](const ScannedGroup& group) {
        ++report.groups;
        records.add(group);
        announced.add(group);
        return Status::good();
    };
    const auto tail = co_await replay_log(disk, options.path, store, *rebuilt, seen);
    log_is_whole = tail.ok();
    if (!tail) log_is_damaged(tail.error());
    if (tail) report.torn_bytes = tail->torn_bytes;
    co_return co_await check_segment_headers(disk, options.path, store, tail ? tail->segment : 0,
                                             &findings);
}

void Check::compare_indexes() {
    const auto differences = compare(live->view(ReadTier::may_block),
                                     rebuilt->view(ReadTier::may_block), kDifferencesMax);
    if (!differences) return index_is_damaged(differences.error());
    for (const Difference& difference : *differences) {
        const auto text = [&](const std::optional<std::string>& value) {
            return value ? describe(difference.key, *value) : std::string("absent");
        };
        findings.add("index: " + describe(difference.key) + " is " + text(difference.in_a) +
                         "; the log gives " + text(difference.in_b),
                     kAdviseRebuild);
    }
}

Status Check::check_numbers() {
    const Index& trusted = live ? *live : *rebuilt;
    Status checked = check_accounts(trusted.view(ReadTier::may_block), report, findings);
    if (checked || !live || !is_damage(checked.error())) return checked;
    index_is_damaged(checked.error());
    return Status::good();
}

Task<Status> Check::check_erased() {
    const Index& trusted = live ? *live : *rebuilt;
    const IndexView view = trusted.view(ReadTier::may_block);
    LOAM_CO_TRY_STATUS(check_erasures(view, announced, findings));
    if (!options.deep) co_return Status::good();
    co_return co_await check_zeros(view, announced, disk, options, findings);
}

Task<Status> Check::check_contents(io::Loop& loop) {
    const Index& trusted = live ? *live : *rebuilt;
    ContentChecker contents(trusted.view(ReadTier::may_block), records, disk, options, report,
                            findings);
    co_return co_await contents.run(loop);
}

}  // namespace

Task<Result<FsckReport>> fsck(FsckOptions options, io::Loop& loop, io::Disk& disk) {
    Check check(std::move(options), disk);
    LOAM_CO_TRY(check.store, co_await check_superblocks(disk, check.options.path, &check.findings));
    LOAM_CO_TRY(const auto lock, keep::LockFile::acquire(check.options.path));
    LOAM_CO_TRY_STATUS(co_await check_file_names(disk, check.options.path, &check.findings));
    LOAM_CO_TRY_STATUS(co_await check.read_live());
    LOAM_CO_TRY_STATUS(co_await check.read_log());
    if (check.live && check.log_is_whole) check.compare_indexes();
    // Neither is whole: what is left of the log's state would only repeat what is said already.
    if (!check.live && !check.log_is_whole) co_return std::move(check.report);
    LOAM_CO_TRY_STATUS(check.check_numbers());
    LOAM_CO_TRY_STATUS(co_await check.check_erased());
    LOAM_CO_TRY_STATUS(co_await check.check_contents(loop));
    co_return std::move(check.report);
}

}  // namespace loam::check
