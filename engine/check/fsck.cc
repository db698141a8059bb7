#include "engine/check/fsck.h"

#include <memory>

#include "engine/check/check_accounts.h"
#include "engine/check/check_contents.h"
#include "engine/check/findings.h"
#include "engine/index/index.h"
#include "engine/index/memory_kv.h"
#include "engine/index/state_cursor.h"
#include "engine/keep/lock_file.h"
#include "engine/keep/replay.h"
#include "engine/log/recover.h"
#include "engine/log/segment_files.h"
#include "engine/log/super.h"

namespace loam::check {

namespace {

/// Keys that differ between the live index and the log's, at most this many are named.
constexpr std::size_t kDifferencesMax = 100;
constexpr std::size_t kIndexCacheBytes = 64U << 20;

/// What one walk over the log does with each group.
using OnGroup = std::function<Status(const ScannedGroup&)>;

Task<Result<LogTail>> walk_log(io::Disk& disk, const std::string& path, StoreId store,
                               LogPosition from, const OnGroup& on_group) {
    co_return co_await inspect_log(disk, log_dir(path, 0), ScanOptions{.store = store}, from,
                                   keep::visit_with(on_group));
}

void compare_indexes(const Index& live, const Index& rebuilt, Findings& findings) {
    const auto differences =
        compare(live.view(ReadTier::may_block), rebuilt.view(ReadTier::may_block), kDifferencesMax);
    if (!differences) {
        findings.add("index: " + differences.error().what);
        return;
    }
    for (const Difference& difference : *differences) {
        const auto text = [&](const std::optional<std::string>& value) {
            return value ? describe(difference.key, *value) : std::string("absent");
        };
        findings.add("index: " + describe(difference.key) + " is " + text(difference.in_a) +
                     "; the log gives " + text(difference.in_b));
    }
}

}  // namespace

Task<Result<FsckReport>> fsck(FsckOptions options, io::Loop& loop, io::Disk& disk) {
    LOAM_CO_TRY(const Super super, co_await read_super(disk, options.path));
    LOAM_CO_TRY(const auto lock, keep::LockFile::acquire(options.path));
    FsckReport report;
    Findings findings(report, options);

    IndexOptions index_options;
    index_options.read_only = true;
    index_options.cache_bytes = kIndexCacheBytes;
    LOAM_CO_TRY(const auto live, Index::open(options.path + "/db", std::move(index_options)));
    LOAM_CO_TRY(const Applied applied, live->view(ReadTier::may_block).applied());
    findings.progress("reading the tail of the log");
    const OnGroup replay = [&](const ScannedGroup& group) {
        ++report.replayed_groups;
        return live->apply(keep::to_apply(group));
    };
    const auto tail = co_await walk_log(disk, options.path, super.store,
                                        LogPosition{applied.end, applied.chain}, replay);
    if (tail) report.torn_bytes = tail->torn_bytes;
    if (!tail) findings.add("log: " + tail.error().what);

    findings.progress("reading the whole log");
    index::MemoryStore memory;
    const auto rebuilt = Index::open_memory(memory);
    LogRecords records;
    const OnGroup rebuild = [&](const ScannedGroup& group) {
        ++report.groups;
        records.add(group);
        return rebuilt->apply(keep::to_apply(group));
    };
    const auto whole = co_await walk_log(disk, options.path, super.store, LogPosition{}, rebuild);
    if (!whole) findings.add("log: " + whole.error().what);
    if (whole) compare_indexes(*live, *rebuilt, findings);

    LOAM_CO_TRY_STATUS(check_accounts(live->view(ReadTier::may_block), report, findings));
    ContentChecker contents(live->view(ReadTier::may_block), records, disk, options, report,
                            findings);
    LOAM_CO_TRY_STATUS(co_await contents.run(loop));
    co_return report;
}

}  // namespace loam::check
