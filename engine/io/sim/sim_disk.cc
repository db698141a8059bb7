#include "engine/io/sim/sim_disk.h"

#include <chrono>
#include <utility>

#include "engine/io/sim/sim_file.h"

namespace loam::io {

namespace {

constexpr std::chrono::microseconds kOperationLongest(500);

/// `co_await device(loop);` goes on after some time, in no given order.
auto device(SimLoop& loop) {
    struct Awaiter {
        SimLoop& loop;
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> awaiting) const {
            loop.world().later(&loop, loop.world().random_delay(kOperationLongest),
                               [awaiting] { awaiting.resume(); });
        }
        void await_resume() const noexcept {}
    };
    return Awaiter{loop};
}

bool creates(OpenMode mode) {
    return mode == OpenMode::create || mode == OpenMode::create_direct;
}

}  // namespace

SimFaults::Verdict SimDisk::begin(DiskOp kind) {
    if (dead()) return {.fate = SimFaults::Fate::off};
    return media_.faults.next(kind);
}

Task<Status> SimDisk::finish(SimFaults::Verdict verdict, std::string what) {
    co_await device(loop_);
    if (!dead()) co_await media_.powered(loop_);
    if (dead()) co_return fail(Errc::io, what + ": the power was cut");
    if (verdict.fate == SimFaults::Fate::fails) co_return fail(verdict.code, what + ": injected");
    co_return Status::good();
}

Task<Result<std::unique_ptr<File>>> SimDisk::open(std::string path, OpenMode mode) {
    const SimFaults::Verdict verdict = begin(DiskOp::open);
    Result<SimTree::Node> node = std::make_shared<SimInode>();
    Result<ChangeId> change = ChangeId{0};
    if (verdict.begins()) {
        if (creates(mode)) {
            change = media_.tree.begin_create(path, *node);
        } else {
            node = media_.tree.find_file(path);
        }
    }
    LOAM_CO_TRY_STATUS(co_await finish(verdict, "open " + path));
    if (!node) co_return std::move(node.error());
    if (!change) co_return std::move(change.error());
    media_.tree.end(*change);
    co_return std::make_unique<SimFile>(*this, *node, std::move(path), mode);
}

Task<Status> SimDisk::change_names(SimFaults::Verdict verdict, Result<ChangeId> change,
                                   std::string what) {
    LOAM_CO_TRY_STATUS(co_await finish(verdict, std::move(what)));
    if (!change) co_return std::move(change.error());
    media_.tree.end(*change);
    co_return Status::good();
}

Task<Status> SimDisk::rename(std::string from, std::string to) {
    const SimFaults::Verdict verdict = begin(DiskOp::rename);
    Result<ChangeId> change = ChangeId{0};
    if (verdict.begins()) change = media_.tree.begin_rename(from, to);
    co_return co_await change_names(verdict, std::move(change), "rename " + from + " to " + to);
}

Task<Status> SimDisk::unlink(std::string path) {
    const SimFaults::Verdict verdict = begin(DiskOp::unlink);
    Result<ChangeId> change = ChangeId{0};
    if (verdict.begins()) change = media_.tree.begin_unlink(path);
    co_return co_await change_names(verdict, std::move(change), "unlink " + path);
}

Task<Status> SimDisk::make_dir(std::string path) {
    const SimFaults::Verdict verdict = begin(DiskOp::make_dir);
    Result<ChangeId> change = ChangeId{0};
    if (verdict.begins()) change = media_.tree.begin_make_dir(path);
    co_return co_await change_names(verdict, std::move(change), "make directory " + path);
}

Task<Status> SimDisk::sync_dir(std::string path) {
    const SimFaults::Verdict verdict = begin(DiskOp::sync_dir);
    const std::vector<ChangeId> covered = media_.tree.ended_in(path);
    Status done = co_await finish(verdict, "sync " + path);
    if (!done) {
        if (!dead()) media_.tree.lose(covered);
        co_return done;
    }
    if (!media_.tree.is_dir(path)) co_return fail(Errc::not_found, "sync " + path);
    media_.tree.persist(covered);
    co_return Status::good();
}

Task<Result<std::vector<std::string>>> SimDisk::list(std::string path) {
    const SimFaults::Verdict verdict = begin(DiskOp::list);
    LOAM_CO_TRY_STATUS(co_await finish(verdict, "list " + path));
    co_return media_.tree.list(path);
}

Task<Result<std::uint64_t>> SimDisk::free_bytes(std::string path) {
    const SimFaults::Verdict verdict = begin(DiskOp::free_bytes);
    LOAM_CO_TRY_STATUS(co_await finish(verdict, "statvfs " + path));
    if (!media_.tree.is_dir(path)) co_return fail(Errc::not_found, "statvfs " + path);
    const std::uint64_t used = media_.tree.used_bytes();
    co_return used < media_.capacity_bytes ? media_.capacity_bytes - used : 0;
}

}  // namespace loam::io
