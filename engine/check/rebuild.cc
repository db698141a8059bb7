#include "engine/check/rebuild.h"

#include <memory>

#include "engine/check/place_index.h"
#include "engine/check/replay_log.h"
#include "engine/index/index.h"
#include "engine/keep/lock_file.h"
#include "engine/log/segment_files.h"
#include "engine/log/super.h"

namespace loam::check {

namespace {

constexpr std::size_t kCacheBytes = 32U << 20;
constexpr std::uint64_t kProgressGroups = 64;

/// Refuses a log that ends before what the old index holds: its end is missing, and whoever made
/// an index of it would forget what was acknowledged.
Status compare_ends(const std::string& old_index, Lsn end) {
    IndexOptions options;
    options.read_only = true;
    options.cache_bytes = kCacheBytes;
    const auto old = Index::open(old_index, std::move(options));
    if (!old) return Status::good();  // nothing to compare with: that is why we are here
    const auto applied = (*old)->view(ReadTier::may_block).applied();
    if (!applied || applied->end <= end) return Status::good();
    return fail(Errc::corrupt,
                "the log ends at segment " + std::to_string(lsn_segment(end)) + " offset " +
                    std::to_string(lsn_offset(end)) + ", the index knows it up to segment " +
                    std::to_string(lsn_segment(applied->end)) + " offset " +
                    std::to_string(lsn_offset(applied->end)) + ": the end of the log is missing");
}

Status count(const IndexView& view, RebuildReport& report) {
    LOAM_TRY(const auto accounts, view.accounts());
    for (const AccountId id : accounts) {
        if (id == kStoreAccount) continue;
        LOAM_TRY(const auto cell, view.account(id));
        ++report.accounts;
        report.messages += cell ? cell->messages : 0;
    }
    return Status::good();
}

Task<Result<std::unique_ptr<Index>>> read_log(const RebuildOptions& options, StoreId store,
                                              io::Disk& disk, RebuildReport& report,
                                              LogPosition& end) {
    auto state = Index::open_scratch();
    const auto seen = [&](const ScannedGroup& group) {
        report.records += group.records.size();
        if (++report.groups % kProgressGroups == 0 && options.progress) {
            options.progress("reading the log: segment " + std::to_string(lsn_segment(group.lsn)) +
                             ", " + std::to_string(report.records) + " records");
        }
        return Status::good();
    };
    LOAM_CO_TRY(const LogTail tail, co_await replay_log(disk, options.path, store, *state, seen));
    if (report.groups == 0) co_return fail(Errc::corrupt, log_dir(options.path, 0) + ": empty");
    report.torn_bytes = tail.torn_bytes;
    end = tail.position;
    co_return state;
}

Task<Status> refuse(ScannedGroup group) {
    co_return fail(
        Errc::corrupt,
        "the log grew to segment " + std::to_string(lsn_segment(group.lsn)) + " while it was read");
}

/// What was read may have been in a cache only: an index must not know more than the disk.
Task<Status> settle_log(io::Disk& disk, const std::string& root, StoreId store, LogPosition end) {
    const auto settled =
        co_await recover_log(disk, log_dir(root, 0), {.store = store}, end, refuse);
    if (!settled) co_return settled.error();
    co_return Status::good();
}

}  // namespace

Task<Result<RebuildReport>> rebuild(RebuildOptions options, io::Disk& disk) {
    LOAM_CO_TRY(const Super super, co_await read_super(disk, options.path));
    LOAM_CO_TRY(const auto lock, keep::LockFile::acquire(options.path));
    const IndexNames names(options.path);
    LOAM_CO_TRY_STATUS(remove_leftovers(names));
    RebuildReport report;
    LogPosition end;
    LOAM_CO_TRY(const auto state, co_await read_log(options, super.store, disk, report, end));
    LOAM_CO_TRY_STATUS(compare_ends(names.place, end.end));
    LOAM_CO_TRY_STATUS(co_await settle_log(disk, options.path, super.store, end));
    LOAM_CO_TRY_STATUS(count(state->view(ReadTier::may_block), report));
    if (options.progress) options.progress("writing the index");
    LOAM_CO_TRY_STATUS(write_index(*state, names));
    LOAM_CO_TRY_STATUS(co_await place_index(disk, options.path));
    co_return report;
}

}  // namespace loam::check
