#include "engine/io/sim/sim_file.h"

#include <bit>
#include <utility>
#include <vector>

#include "engine/base/check.h"

namespace loam::io {

namespace {

bool is_direct(OpenMode mode) {
    return mode == OpenMode::write_direct || mode == OpenMode::create_direct;
}

bool is_aligned(std::uint64_t offset, Bytes data) {
    const auto address = std::bit_cast<std::uintptr_t>(data.data());
    return offset % kDirectAlignBytes == 0 && address % kDirectAlignBytes == 0 &&
           data.size() % kDirectAlignBytes == 0;
}

}  // namespace

SimFile::SimFile(SimDisk& disk, SimTree::Node node, std::string path, OpenMode mode)
    : disk_(disk),
      media_(disk.media()),
      node_(std::move(node)),
      path_(std::move(path)),
      direct_(is_direct(mode)),
      writable_(mode != OpenMode::read) {}

void SimFile::flip_one(MutableBytes data) {
    if (data.empty()) return;
    SimWorld& world = media_.world();
    data[world.random_below(data.size())] ^= static_cast<std::byte>(1U << world.random_below(8));
}

Task<Result<std::size_t>> SimFile::read(std::uint64_t offset, MutableBytes out) {
    const SimFaults::Verdict verdict = disk_.begin(DiskOp::read);
    LOAM_CO_TRY_STATUS(co_await disk_.finish(verdict, "read " + path_));
    const std::size_t size = node_->read(offset, out);
    if (verdict.fate == SimFaults::Fate::flips) flip_one(out.first(size));
    co_return size;
}

Task<Status> SimFile::write(std::uint64_t offset, Bytes data) {
    return put(offset, data, false);
}

Task<Status> SimFile::write_durable(std::uint64_t offset, Bytes data) {
    return put(offset, data, true);
}

Task<Status> SimFile::put(std::uint64_t offset, Bytes data, bool durable) {
    LOAM_CHECK(!direct_ || is_aligned(offset, data));
    SimFaults::Verdict verdict = disk_.begin(DiskOp::write);
    const std::uint64_t end = offset + data.size();
    const std::uint64_t growth = end > node_->size() ? end - node_->size() : 0;
    if (verdict.fate == SimFaults::Fate::good && !writable_) verdict = {SimFaults::Fate::fails};
    if (verdict.fate == SimFaults::Fate::good && !media_.has_room(growth)) {
        verdict = {SimFaults::Fate::fails, Errc::no_room};
    }
    ChangeId change = 0;
    if (verdict.begins() && writable_) change = node_->begin_write(offset, data);
    if (durable && verdict.code == Errc::no_room) verdict.code = Errc::io;  // as write_durable says
    LOAM_CO_TRY_STATUS(co_await disk_.finish(verdict, "write " + path_));
    node_->end(change);
    // No more than it promises: other writes to the file still want a sync.
    if (durable) node_->persist({change});
    co_return Status::good();
}

Task<Status> SimFile::sync() {
    const SimFaults::Verdict verdict = disk_.begin(DiskOp::sync);
    const std::vector<ChangeId> covered = node_->ended();
    Status done = co_await disk_.finish(verdict, "sync " + path_);
    if (done) {
        node_->persist(covered);
    } else if (!disk_.dead()) {
        node_->lose(covered);
    }
    co_return done;
}

Task<Status> SimFile::allocate(std::uint64_t size_bytes) {
    SimFaults::Verdict verdict = disk_.begin(DiskOp::allocate);
    const std::uint64_t growth = size_bytes > node_->size() ? size_bytes - node_->size() : 0;
    if (verdict.fate == SimFaults::Fate::good && !media_.has_room(growth)) {
        verdict = {SimFaults::Fate::fails, Errc::no_room};
    }
    ChangeId change = 0;
    if (verdict.begins()) change = node_->begin_allocate(size_bytes);
    LOAM_CO_TRY_STATUS(co_await disk_.finish(verdict, "allocate " + path_));
    node_->end(change);
    co_return Status::good();
}

Task<Status> SimFile::punch(std::uint64_t offset, std::uint64_t length) {
    const SimFaults::Verdict verdict = disk_.begin(DiskOp::punch);
    ChangeId change = 0;
    if (verdict.begins()) change = node_->begin_punch(offset, length);
    LOAM_CO_TRY_STATUS(co_await disk_.finish(verdict, "punch " + path_));
    node_->end(change);
    co_return Status::good();
}

Task<Result<std::uint64_t>> SimFile::size() {
    if (disk_.dead()) co_return fail(Errc::io, "stat " + path_ + ": the power was cut");
    co_return node_->size();
}

}  // namespace loam::io
