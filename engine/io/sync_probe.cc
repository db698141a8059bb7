#include "engine/io/sync_probe.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include "engine/base/check.h"

namespace loam::io {

namespace {

constexpr std::size_t kWriteBytes = 16U << 10;
constexpr std::size_t kRoundsMax = 24;
constexpr std::chrono::milliseconds kBudget(200);

using Times = std::vector<std::chrono::nanoseconds>;

std::chrono::nanoseconds median(Times times) {
    LOAM_CHECK(!times.empty());
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
    std::nth_element(times.begin(), middle, times.end());
    return *middle;
}

struct Probe {
    RingDisk& disk;
    Loop& loop;
    File& file;
    const AlignedBuffer data{kWriteBytes};
    std::uint64_t offset = 0;

    Task<Status> time_one(SyncMethod method, Times& times) {
        disk.set_sync_method(method);
        const Monotonic start = loop.now();
        Status written = co_await file.write_durable(offset, data.span());
        if (!written) co_return written;
        times.push_back(loop.now() - start);
        offset += kWriteBytes;
        co_return Status::good();
    }
};

Task<Result<SyncMethod>> measure(RingDisk& disk, File& file, Loop& loop) {
    Probe probe{.disk = disk, .loop = loop, .file = file};
    // As in a segment: room is reserved before the first write.
    LOAM_CO_TRY_STATUS(co_await file.allocate(2 * kRoundsMax * kWriteBytes));
    LOAM_CO_TRY_STATUS(co_await file.sync());
    Times linked;
    Times dsync;
    const Monotonic end = loop.now() + kBudget;
    while (linked.empty() || (linked.size() < kRoundsMax && loop.now() < end)) {
        LOAM_CO_TRY_STATUS(co_await probe.time_one(SyncMethod::fdatasync_linked, linked));
        LOAM_CO_TRY_STATUS(co_await probe.time_one(SyncMethod::dsync, dsync));
    }
    const bool dsync_wins = median(std::move(dsync)) < median(std::move(linked));
    co_return dsync_wins ? SyncMethod::dsync : SyncMethod::fdatasync_linked;
}

}  // namespace

Task<Result<SyncMethod>> probe_sync(RingDisk& disk, std::string dir, Loop& loop) {
    const std::string path = dir + "/sync-probe.tmp";
    const SyncMethod before = disk.sync_method();
    const Status stale = co_await disk.unlink(path);  // left by a crash during a probe
    if (!stale && stale.error().code != Errc::not_found) co_return stale.error();
    LOAM_CO_TRY(std::unique_ptr<File> file, co_await disk.open(path, OpenMode::create_direct));
    disk.set_sync_method(SyncMethod::fdatasync_linked);
    Result<SyncMethod> best = co_await measure(disk, *file, loop);
    disk.set_sync_method(before);
    file.reset();
    const Status removed = co_await disk.unlink(path);
    if (best && !removed) co_return removed.error();
    co_return best;
}

}  // namespace loam::io
