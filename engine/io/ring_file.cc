#include "engine/io/ring_file.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include <liburing.h>

#include "engine/base/check.h"
#include "engine/io/os_error.h"
#include "engine/io/ring_op.h"

namespace loam::io {

namespace {

/// One operation moves at most this much: its length and its result have 31 bits.
constexpr std::size_t kOperationBytesMax = 1U << 30;

unsigned operation_bytes(std::size_t bytes) {
    return static_cast<unsigned>(std::min(bytes, kOperationBytesMax));
}

bool is_aligned(std::uint64_t offset, const void* data, std::size_t size) {
    const auto address = std::bit_cast<std::uintptr_t>(data);
    return offset % kDirectAlignBytes == 0 && address % kDirectAlignBytes == 0 &&
           size % kDirectAlignBytes == 0;
}

/// The same file without O_DIRECT, for calls that write odd pieces. Returns a file descriptor or
/// -errno.
int reopen_buffered(int fd) {
    const std::string path = "/proc/self/fd/" + std::to_string(fd);
    const int again = open(path.c_str(), O_RDWR | O_CLOEXEC);
    return again < 0 ? -errno : again;
}

/// posix_fallocate writes into every block where the file system cannot reserve. Blocks; returns 0
/// or -errno.
int allocate_by_writing(int fd, std::uint64_t size_bytes) {
    const int again = reopen_buffered(fd);
    if (again < 0) return again;
    const int error = posix_fallocate(again, 0, static_cast<off_t>(size_bytes));
    close(again);
    return -error;
}

/// Zeros where no hole can be punched: the octets are gone, the room is not given back. Blocks;
/// returns 0 or -errno.
int punch_by_writing(int fd, std::uint64_t offset, std::uint64_t length) {
    static constexpr std::array<std::byte, 64U << 10> kZeros{};
    struct stat about{};
    if (fstat(fd, &about) != 0) return -errno;
    const auto end = std::min(offset + length, static_cast<std::uint64_t>(about.st_size));
    const int again = reopen_buffered(fd);
    if (again < 0) return again;
    int error = 0;
    while (offset < end && error == 0) {
        const std::size_t piece = std::min<std::uint64_t>(end - offset, kZeros.size());
        const ssize_t done = pwrite(again, kZeros.data(), piece, static_cast<off_t>(offset));
        if (done > 0) offset += static_cast<std::uint64_t>(done);
        if (done < 0 && errno != EINTR) error = -errno;
    }
    close(again);
    return error;
}

}  // namespace

RingFile::RingFile(RingDisk& disk, int fd, std::string path, bool direct)
    : disk_(disk), reactor_(disk.reactor()), fd_(fd), path_(std::move(path)), direct_(direct) {}

RingFile::~RingFile() {
    reactor_.close_later(fd_);
}

bool RingFile::may_pass(std::uint64_t offset, Bytes data) const {
    return !direct_ || is_aligned(offset, data.data(), data.size());
}

Task<Result<std::size_t>> RingFile::read(std::uint64_t offset, MutableBytes out) {
    if (may_pass(offset, out)) co_return co_await read_into(offset, out);
    const std::size_t lead = offset % kDirectAlignBytes;
    AlignedBuffer bounce(lead + out.size());
    const Result<std::size_t> got = co_await read_into(offset - lead, bounce.span());
    if (!got) co_return got.error();
    const std::size_t size = std::min(*got - std::min(*got, lead), out.size());
    if (size > 0) std::memcpy(out.data(), bounce.data() + lead, size);
    co_return size;
}

Task<Result<std::size_t>> RingFile::read_into(std::uint64_t offset, MutableBytes out) {
    std::size_t done = 0;
    while (done < out.size()) {
        const MutableBytes rest = out.subspan(done);
        const auto prepare = [&](io_uring_sqe* operation) {
            io_uring_prep_read(operation, fd_, rest.data(), operation_bytes(rest.size()),
                               offset + done);
        };
        const RingResult r = co_await ring_op(reactor_, prepare);
        if (r.result == -EINTR) continue;
        if (r.result < 0) co_return os_error(-r.result, "read", path_);
        done += static_cast<std::size_t>(r.result);
        // A direct read that ends between two blocks ended with the file, and could not go on from
        // there.
        if (r.result == 0 || (direct_ && done % kDirectAlignBytes != 0)) break;
    }
    co_return done;
}

Task<Status> RingFile::write(std::uint64_t offset, Bytes data) {
    LOAM_CHECK(may_pass(offset, data));
    std::size_t done = 0;
    while (done < data.size()) {
        const Bytes rest = data.subspan(done);
        const auto prepare = [&](io_uring_sqe* operation) {
            io_uring_prep_write(operation, fd_, rest.data(), operation_bytes(rest.size()),
                                offset + done);
        };
        const RingResult r = co_await ring_op(reactor_, prepare);
        if (r.result == -EINTR) continue;
        if (r.result < 0) co_return os_error(-r.result, "write", path_);
        if (r.result == 0) co_return fail(Errc::io, "write " + path_ + ": it takes nothing");
        done += static_cast<std::size_t>(r.result);
    }
    co_return Status::good();
}

Status RingFile::whole(int result, std::size_t wanted) const {
    if (result < 0) return fail(Errc::io, os_error(-result, "write", path_).what);
    const auto written = static_cast<std::size_t>(result);
    if (written == wanted) return Status::good();
    return fail(Errc::io, "write " + path_ + ": only " + std::to_string(written) + " of " +
                              std::to_string(wanted) + " octets");
}

Task<Status> RingFile::write_durable(std::uint64_t offset, Bytes data) {
    LOAM_CHECK(may_pass(offset, data));
    LOAM_CHECK(data.size() <= kOperationBytesMax);
    switch (disk_.sync_method()) {
        case SyncMethod::fdatasync_linked:
            co_return co_await write_linked(offset, data);
        case SyncMethod::dsync:
            co_return co_await write_dsync(offset, data);
        case SyncMethod::off:
            break;
    }
    co_return co_await write(offset, data);
}

Task<Status> RingFile::write_dsync(std::uint64_t offset, Bytes data) {
    const auto prepare = [&](io_uring_sqe* operation) {
        io_uring_prep_write(operation, fd_, data.data(), operation_bytes(data.size()), offset);
        operation->rw_flags = RWF_DSYNC;
    };
    const RingResult r = co_await ring_op(reactor_, prepare);
    co_return whole(r.result, data.size());
}

Task<Status> RingFile::write_linked(std::uint64_t offset, Bytes data) {
    const auto prepare = [&](io_uring_sqe* first, io_uring_sqe* second) {
        io_uring_prep_write(first, fd_, data.data(), operation_bytes(data.size()), offset);
        first->flags |= IOSQE_IO_LINK;
        io_uring_prep_fsync(second, fd_, IORING_FSYNC_DATASYNC);
    };
    const RingPairResult r = co_await ring_pair(reactor_, prepare);
    Status written = whole(r.first, data.size());
    if (!written) co_return written;
    if (r.second < 0) co_return fail(Errc::io, os_error(-r.second, "sync", path_).what);
    co_return Status::good();
}

Task<Status> RingFile::sync() {
    if (disk_.sync_method() == SyncMethod::off) co_return Status::good();
    const auto prepare = [&](io_uring_sqe* operation) {
        io_uring_prep_fsync(operation, fd_, IORING_FSYNC_DATASYNC);
    };
    const RingResult r = co_await ring_op(reactor_, prepare);
    // Whatever it says: after a sync that failed nobody knows what the disk holds.
    if (r.result < 0) co_return fail(Errc::io, os_error(-r.result, "sync", path_).what);
    co_return Status::good();
}

Task<int> RingFile::fallocate(int mode, std::uint64_t offset, std::uint64_t length) {
    const auto prepare = [&](io_uring_sqe* operation) {
        io_uring_prep_fallocate(operation, fd_, mode, static_cast<off_t>(offset),
                                static_cast<off_t>(length));
    };
    RingResult r{.result = -EINTR};
    while (r.result == -EINTR) {
        r = co_await ring_op(reactor_, prepare);
    }
    co_return r.result;
}

Task<Status> RingFile::allocate(std::uint64_t size_bytes) {
    if (size_bytes == 0) co_return Status::good();
    int result = co_await fallocate(0, 0, size_bytes);
    if (result == -EOPNOTSUPP) {
        const auto by_writing = [fd = fd_, size_bytes] {
            return allocate_by_writing(fd, size_bytes);
        };
        result = co_await offload(reactor_, Workers::Class::foreground, by_writing);
    }
    if (result < 0) co_return os_error(-result, "allocate", path_);
    co_return Status::good();
}

Task<Status> RingFile::punch(std::uint64_t offset, std::uint64_t length) {
    if (length == 0) co_return Status::good();
    int result = co_await fallocate(FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, length);
    if (result == -EOPNOTSUPP) {
        const auto by_writing = [fd = fd_, offset, length] {
            return punch_by_writing(fd, offset, length);
        };
        result = co_await offload(reactor_, Workers::Class::foreground, by_writing);
    }
    if (result < 0) co_return os_error(-result, "punch", path_);
    co_return Status::good();
}

Task<Result<std::uint64_t>> RingFile::size() {
    struct stat about{};
    if (fstat(fd_, &about) != 0) co_return os_error(errno, "stat", path_);
    co_return static_cast<std::uint64_t>(about.st_size);
}

}  // namespace loam::io
