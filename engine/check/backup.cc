#include "engine/check/backup.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "engine/check/copy_file.h"
#include "engine/check/rebuild.h"
#include "engine/keep/lock_file.h"
#include "engine/log/log_reader.h"
#include "engine/log/log_survey.h"
#include "engine/log/scanner.h"
#include "engine/log/segment_files.h"
#include "engine/log/super.h"

namespace loam::check {

namespace {

/// How often the end of a log is looked for that somebody writes to.
constexpr int kLooksMax = 1000;
constexpr std::chrono::milliseconds kLookAgain{20};
/// How often the copying begins again because the store removed a segment meanwhile.
constexpr int kPassesMax = 10;
constexpr const char* kSupers[] = {"/SUPER.0", "/SUPER.1"};
constexpr const char* kHoles = "/HOLES";

Task<Status> make_dir(io::Disk& disk, std::string path) {
    Status made = co_await disk.make_dir(path);
    if (!made && made.error().code != Errc::exists) co_return made;
    co_return Status::good();
}

Task<Status> make_dirs(io::Disk& disk, const std::string& root) {
    LOAM_CO_TRY_STATUS(co_await make_dir(disk, root));
    LOAM_CO_TRY_STATUS(co_await make_dir(disk, root + "/log"));
    co_return co_await make_dir(disk, log_dir(root, 0));
}

/// Copies a small file if it is there.
Status copy_whole(const std::string& from, const std::string& to) {
    const auto size = file_size(from);
    if (!size) return size.error().code == Errc::not_found ? Status::good() : size.error();
    const auto copied = copy_file(from, to, *size, *size);
    return copied ? Status::good() : copied.error();
}

class Backup {
  public:
    Backup(BackupOptions options, io::Loop& loop, io::Disk& disk)
        : options_(std::move(options)),
          loop_(loop),
          disk_(disk),
          from_(log_dir(options_.path, 0)),
          to_(log_dir(options_.to, 0)) {}

    Task<Result<BackupReport>> run();

  private:
    Task<Status> check_target();
    Task<Result<LogTail>> find_end();
    Task<Result<bool>> copy_segments();
    Result<bool> copy_segment(SegmentId id);
    Task<Status> remove_others();
    Task<Status> verify();
    Task<Status> verify_group(const ScannedGroup& group);

    const BackupOptions options_;
    io::Loop& loop_;
    io::Disk& disk_;
    const std::string from_;
    const std::string to_;
    StoreId store_{};
    LogTail end_;
    std::vector<SegmentId> segments_;  ///< of the backup, when it is done
    std::set<SegmentId> copied_;
    BackupReport report_;
};

Task<Result<BackupReport>> Backup::run() {
    LOAM_CO_TRY(const Super super, co_await read_super(disk_, options_.path));
    store_ = super.store;
    LOAM_CO_TRY(const auto reading, keep::LockFile::share_directory(from_));
    LOAM_CO_TRY_STATUS(co_await check_target());
    LOAM_CO_TRY_STATUS(co_await make_dirs(disk_, options_.to));
    LOAM_CO_TRY(const auto lock, keep::LockFile::acquire(options_.to));
    bool complete = false;
    for (int pass = 0; !complete; ++pass) {
        if (pass == kPassesMax) co_return fail(Errc::busy, "the store changes too fast");
        LOAM_CO_TRY(end_, co_await find_end());
        LOAM_CO_TRY(complete, co_await copy_segments());
    }
    LOAM_CO_TRY_STATUS(copy_whole(from_ + kHoles, to_ + kHoles));
    LOAM_CO_TRY_STATUS(co_await remove_others());
    LOAM_CO_TRY_STATUS(co_await disk_.sync_dir(to_));
    LOAM_CO_TRY_STATUS(co_await disk_.sync_dir(options_.to + "/log"));
    LOAM_CO_TRY_STATUS(co_await verify());
    // Last: what has a superblock is whole.
    for (const char* name : kSupers) {
        LOAM_CO_TRY_STATUS(copy_whole(options_.path + name, options_.to + name));
    }
    LOAM_CO_TRY_STATUS(co_await disk_.sync_dir(options_.to));
    co_return report_;
}

Task<Status> Backup::check_target() {
    const auto names = co_await disk_.list(options_.to);
    if (!names && names.error().code == Errc::not_found) co_return Status::good();
    if (!names) co_return names.error();
    const auto super = co_await read_super(disk_, options_.to);
    if (super && super->store == store_ && std::ranges::find(*names, "db") == names->end())
        co_return Status::good();
    const bool begun = std::ranges::all_of(
        *names, [](const std::string& name) { return name == "log" || name == "LOCK"; });
    if (!super && super.error().code == Errc::not_found && begun) co_return Status::good();
    co_return fail(Errc::invalid,
                   options_.to + ": holds something that is no backup of this store");
}

/// The end of what is durable now. A writer may be at work: what is read of its newest groups may
/// be half of them, and then it is looked at again.
Task<Result<LogTail>> Backup::find_end() {
    LogPosition from;
    for (int look = 0;; ++look) {
        LogScanner scanner(disk_, from_, {.store = store_, .allow_gaps = true});
        LogPosition last = from;
        Status walked = co_await scanner.open(from);
        while (walked) {
            const auto group = co_await scanner.next();
            if (group && !*group) co_return scanner.tail();
            if (group) last = (*group)->end;
            if (!group) walked = group.error();
        }
        if (last == from || look == kLooksMax) co_return walked.error();
        from = last;
        co_await io::sleep_until(loop_, loop_.now() + kLookAgain);
    }
}

/// False: a segment went away meanwhile, and the end is to be looked for again.
Task<Result<bool>> Backup::copy_segments() {
    LOAM_CO_TRY(const auto all, co_await list_segments(disk_, from_));
    segments_.clear();
    for (const SegmentId id : all) {
        if (id <= end_.segment || (end_.closed && id == end_.segment + 1)) segments_.push_back(id);
    }
    for (const SegmentId id : segments_) {
        LOAM_CO_TRY(const bool there, copy_segment(id));
        if (!there) co_return false;
        if (options_.progress) {
            options_.progress("segment " + std::to_string(id) + " of " +
                              std::to_string(segments_.back()));
        }
        co_await io::yield(loop_);
    }
    co_return true;
}

Result<bool> Backup::copy_segment(SegmentId id) {
    const std::string from = segment_path(from_, id);
    const std::string to = segment_path(to_, id);
    const bool sealed = id < end_.segment || (id == end_.segment && end_.closed);
    if (sealed && looks_copied(from, to)) {
        if (!copied_.contains(id)) ++report_.segments_kept;
        return true;
    }
    auto size = file_size(from);
    if (!size && size.error().code == Errc::not_found) return false;
    if (!size) return size.error();
    const std::uint64_t length = sealed ? *size : id == end_.segment ? end_.offset : 0;
    const auto copied = copy_file(from, to, length, *size);
    if (!copied && copied.error().code == Errc::not_found) return false;
    if (!copied) return copied.error();
    report_.bytes_copied += *copied;
    if (copied_.insert(id).second) ++report_.segments_copied;
    return true;
}

/// Segments that the store has no more: what it erased is not to live on here.
Task<Status> Backup::remove_others() {
    LOAM_CO_TRY(const auto all, co_await list_segments(disk_, to_));
    for (const SegmentId id : all) {
        if (std::ranges::binary_search(segments_, id)) continue;
        LOAM_CO_TRY_STATUS(co_await disk_.unlink(segment_path(to_, id)));
        ++report_.segments_removed;
    }
    co_return Status::good();
}

Task<Status> Backup::verify() {
    LOAM_CO_TRY_STATUS(co_await survey_log(disk_, to_, store_));  // nothing is missing
    LogScanner scanner(disk_, to_, {.store = store_, .allow_gaps = true});
    LOAM_CO_TRY_STATUS(co_await scanner.open(LogPosition{}));
    for (;;) {
        LOAM_CO_TRY(const auto group, co_await scanner.next());
        if (!group) break;
        ++report_.groups;
        if (copied_.contains(lsn_segment(group->lsn))) {
            LOAM_CO_TRY_STATUS(co_await verify_group(*group));
        }
    }
    if (scanner.tail().position != end_.position)
        co_return fail(Errc::corrupt, to_ + ": the copy ends elsewhere than the store's log");
    report_.end = end_.position.end;
    report_.wall_us = end_.wall_us;
    co_return Status::good();
}

Task<Status> Backup::verify_group(const ScannedGroup& group) {
    LogReader copy(disk_, to_);
    for (const ScannedRecord& record : group.records) {
        if (record.payload.length == 0) continue;
        const auto octets = co_await copy.read(record.payload);
        if (octets) {
            ++report_.payloads_verified;
            continue;
        }
        if (octets.error().code != Errc::corrupt) co_return octets.error();
        LogReader original(disk_, from_);
        const auto there = co_await original.read(record.payload);
        if (there) co_return octets.error();
        ++report_.payloads_gone;
    }
    co_return Status::good();
}

}  // namespace

Task<Result<BackupReport>> backup(BackupOptions options, io::Loop& loop, io::Disk& disk) {
    Backup backup(std::move(options), loop, disk);
    co_return co_await backup.run();
}

Task<Result<RestoreReport>> restore(std::string from, std::string to,
                                    std::function<void(const std::string&)> progress,
                                    io::Disk& disk) {
    const auto super = co_await read_super(disk, from);
    if (!super) co_return super.error();
    const auto names = co_await disk.list(to);
    if (names && !names->empty()) co_return fail(Errc::exists, to + ": is not empty");
    LOAM_CO_TRY(const auto segments, co_await list_segments(disk, log_dir(from, 0)));
    LOAM_CO_TRY_STATUS(co_await make_dirs(disk, to));
    RestoreReport report;
    for (const SegmentId id : segments) {
        if (progress) progress("segment " + std::to_string(id));
        const std::string path = segment_path(log_dir(from, 0), id);
        LOAM_CO_TRY(const std::uint64_t size, file_size(path));
        LOAM_CO_TRY(const std::uint64_t copied,
                    copy_file(path, segment_path(log_dir(to, 0), id), size, size));
        report.bytes_copied += copied;
    }
    LOAM_CO_TRY_STATUS(copy_whole(log_dir(from, 0) + kHoles, log_dir(to, 0) + kHoles));
    LOAM_CO_TRY_STATUS(co_await disk.sync_dir(log_dir(to, 0)));
    LOAM_CO_TRY_STATUS(co_await disk.sync_dir(to + "/log"));
    for (const char* name : kSupers) {
        LOAM_CO_TRY_STATUS(copy_whole(from + name, to + name));
    }
    LOAM_CO_TRY_STATUS(co_await disk.sync_dir(to));
    LOAM_CO_TRY(const RebuildReport rebuilt,
                co_await rebuild({.path = to, .progress = std::move(progress)}, disk));
    report.accounts = rebuilt.accounts;
    report.messages = rebuilt.messages;
    co_return report;
}

}  // namespace loam::check
