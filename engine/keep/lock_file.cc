#include "engine/keep/lock_file.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace loam::keep {

namespace {

std::string holder_of(int fd) {
    std::array<char, 32> text{};
    const ssize_t size = pread(fd, text.data(), text.size() - 1, 0);
    std::string holder(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    while (!holder.empty() && holder.back() == '\n')
        holder.pop_back();
    return holder.empty() ? "another process" : "process " + holder;
}

}  // namespace

Result<std::unique_ptr<LockFile>> LockFile::acquire(const std::string& directory) {
    const std::string path = directory + "/LOCK";
    const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return fail(Errc::io, path + ": " + std::strerror(errno));
    std::unique_ptr<LockFile> lock(new LockFile(fd));
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) return fail(Errc::io, path + ": " + std::strerror(errno));
        return fail(Errc::busy, "store " + directory + " is in use by " + holder_of(fd));
    }
    const std::string pid = std::to_string(getpid()) + "\n";
    if (ftruncate(fd, 0) != 0 ||
        pwrite(fd, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
        return fail(Errc::io, path + ": " + std::strerror(errno));
    }
    return lock;
}

Result<std::unique_ptr<LockFile>> LockFile::lock_directory(const std::string& directory, int how) {
    const int fd = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return fail(Errc::io, directory + ": " + std::strerror(errno));
    std::unique_ptr<LockFile> lock(new LockFile(fd));
    if (flock(fd, how) == 0) return lock;
    if (errno != EWOULDBLOCK) return fail(Errc::io, directory + ": " + std::strerror(errno));
    return fail(Errc::busy, directory + " is being read");
}

Result<std::unique_ptr<LockFile>> LockFile::share_directory(const std::string& directory) {
    return lock_directory(directory, LOCK_SH);
}

Result<std::unique_ptr<LockFile>> LockFile::own_directory(const std::string& directory) {
    return lock_directory(directory, LOCK_EX | LOCK_NB);
}

LockFile::~LockFile() {
    close(fd_);  // lets the lock go with it
}

}  // namespace loam::keep
