#include "engine/io/ring_disk.h"

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <string_view>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <utility>

#include <liburing.h>

#include "engine/io/os_error.h"
#include "engine/io/ring_file.h"
#include "engine/io/ring_op.h"

namespace loam::io {

namespace {

constexpr mode_t kFileMode = 0600;
constexpr mode_t kDirMode = 0700;

int open_flags(OpenMode mode) {
    switch (mode) {
        case OpenMode::read:
            return O_RDONLY;
        case OpenMode::write_direct:
            return O_RDWR | O_DIRECT;
        case OpenMode::create_direct:
            return O_RDWR | O_DIRECT | O_CREAT | O_EXCL;
        case OpenMode::create:
            return O_RDWR | O_CREAT | O_EXCL;
        case OpenMode::write:
            return O_RDWR;
    }
    return O_RDONLY;
}

Result<std::vector<std::string>> names_in(const std::string& path) {
    DIR* dir = opendir(path.c_str());
    if (dir == nullptr) return os_error(errno, "list", path);
    std::vector<std::string> names;
    errno = 0;
    while (const dirent* entry = readdir(dir)) {
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..") names.emplace_back(name);
        errno = 0;
    }
    const int error = errno;
    closedir(dir);
    if (error != 0) return os_error(error, "list", path);
    std::sort(names.begin(), names.end());
    return names;
}

Result<std::uint64_t> room_in(const std::string& path) {
    struct statvfs about{};
    if (statvfs(path.c_str(), &about) != 0) return os_error(errno, "statvfs", path);
    return std::uint64_t{about.f_bavail} * about.f_frsize;
}

Status done_or(int result, std::string_view action, const std::string& path) {
    if (result < 0) return os_error(-result, action, path);
    return Status::good();
}

}  // namespace

Task<Result<int>> RingDisk::open_fd(const std::string& path, int flags) {
    const auto prepare = [&](io_uring_sqe* operation) {
        io_uring_prep_openat(operation, AT_FDCWD, path.c_str(), flags | O_CLOEXEC, kFileMode);
    };
    RingResult r{.result = -EINTR};
    while (r.result == -EINTR) {
        r = co_await ring_op(reactor_, prepare);
    }
    if (r.result == -EINVAL && (flags & O_DIRECT) != 0) {
        // This file system has no O_DIRECT. It may have created the file before it said so; it
        // would have said EEXIST if the file had been there already, so creating need not be
        // exclusive any more.
        co_return co_await open_fd(path, flags & ~(O_DIRECT | O_EXCL));
    }
    if (r.result < 0) co_return os_error(-r.result, "open", path);
    co_return r.result;
}

Task<Result<std::unique_ptr<File>>> RingDisk::open(std::string path, OpenMode mode) {
    const int flags = open_flags(mode);
    LOAM_CO_TRY(const int fd, co_await open_fd(path, flags));
    const bool direct = (flags & O_DIRECT) != 0;
    co_return std::make_unique<RingFile>(*this, fd, std::move(path), direct);
}

Task<Status> RingDisk::rename(std::string from, std::string to) {
    const auto prepare = [&](io_uring_sqe* operation) {
        io_uring_prep_renameat(operation, AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), 0);
    };
    const RingResult r = co_await ring_op(reactor_, prepare);
    co_return done_or(r.result, "rename", from + " to " + to);
}

Task<Status> RingDisk::unlink(std::string path) {
    const auto prepare = [&](io_uring_sqe* operation) {
        io_uring_prep_unlinkat(operation, AT_FDCWD, path.c_str(), 0);
    };
    const RingResult r = co_await ring_op(reactor_, prepare);
    co_return done_or(r.result, "unlink", path);
}

Task<Status> RingDisk::make_dir(std::string path) {
    // Rare, and no ring operation before Linux 5.15.
    const auto make = [&path] { return mkdir(path.c_str(), kDirMode) == 0 ? 0 : -errno; };
    const int result = co_await offload(reactor_, Workers::Class::foreground, make);
    co_return done_or(result, "make directory", path);
}

Task<Status> RingDisk::sync_dir(std::string path) {
    if (sync_method_ == SyncMethod::off) co_return Status::good();
    LOAM_CO_TRY(const int fd, co_await open_fd(path, O_RDONLY | O_DIRECTORY));
    const auto prepare = [&](io_uring_sqe* operation) { io_uring_prep_fsync(operation, fd, 0); };
    const RingResult r = co_await ring_op(reactor_, prepare);
    reactor_.close_later(fd);
    if (r.result < 0) co_return fail(Errc::io, os_error(-r.result, "sync", path).what);
    co_return Status::good();
}

Task<Result<std::vector<std::string>>> RingDisk::list(std::string path) {
    const auto work = [&path] { return names_in(path); };
    co_return co_await offload(reactor_, Workers::Class::foreground, work);
}

Task<Result<std::uint64_t>> RingDisk::free_bytes(std::string path) {
    const auto work = [&path] { return room_in(path); };
    co_return co_await offload(reactor_, Workers::Class::foreground, work);
}

}  // namespace loam::io
