#include "engine/check/copy_file.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace loam::check {

namespace {

constexpr std::size_t kPieceBytes = 1U << 20;

Error os_fail(const std::string& path) {
    const int error = errno;
    const Errc code = error == ENOENT                      ? Errc::not_found
                      : error == ENOSPC || error == EDQUOT ? Errc::no_room
                                                           : Errc::io;
    return fail(code, path + ": " + std::strerror(error));
}

class Fd {
  public:
    explicit Fd(int fd) : fd_(fd) {}
    Fd(const Fd&) = delete;
    Fd& operator=(const Fd&) = delete;
    ~Fd() {
        if (fd_ >= 0) close(fd_);
    }
    int get() const { return fd_; }

  private:
    const int fd_;
};

/// read and write, where the kernel will not copy between these two files.
bool copy_by_hand(int from, int to, off_t offset, std::size_t length) {
    std::vector<char> piece(std::min(length, kPieceBytes));
    while (length > 0) {
        const ssize_t got = pread(from, piece.data(), std::min(length, piece.size()), offset);
        if (got <= 0) return got == 0;
        for (ssize_t done = 0; done < got;) {
            const ssize_t put = pwrite(to, piece.data() + done,
                                       static_cast<std::size_t>(got - done), offset + done);
            if (put < 0) return false;
            done += put;
        }
        offset += got;
        length -= static_cast<std::size_t>(got);
    }
    return true;
}

bool copy_range(int from, int to, off_t offset, std::size_t length) {
    while (length > 0) {
        off_t in = offset;
        off_t out = offset;
        const ssize_t done = copy_file_range(from, &in, to, &out, length, 0);
        if (done < 0) return copy_by_hand(from, to, offset, length);
        if (done == 0) return true;  // the file ends here
        offset += done;
        length -= static_cast<std::size_t>(done);
    }
    return true;
}

/// Copies what is no hole. False with errno set.
bool copy_data(int from, int to, off_t length, std::uint64_t& copied) {
    for (off_t at = 0; at < length;) {
        off_t data = lseek(from, at, SEEK_DATA);
        if (data < 0 && errno == ENXIO) return true;
        if (data < 0) data = at;  // no such seek here: all is data
        const off_t hole = lseek(from, data, SEEK_HOLE);
        const off_t end = std::min(length, hole < 0 ? length : hole);
        if (data >= length) return true;
        if (!copy_range(from, to, data, static_cast<std::size_t>(end - data))) return false;
        copied += static_cast<std::uint64_t>(end - data);
        at = end;
    }
    return true;
}

}  // namespace

Result<std::uint64_t> copy_file(const std::string& from, const std::string& to,
                                std::uint64_t length, std::uint64_t size) {
    const Fd source(open(from.c_str(), O_RDONLY | O_CLOEXEC));
    if (source.get() < 0) return os_fail(from);
    struct stat about{};
    if (fstat(source.get(), &about) != 0) return os_fail(from);
    const std::string fresh = to + ".part";
    const Fd target(open(fresh.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (target.get() < 0) return os_fail(fresh);
    std::uint64_t copied = 0;
    const bool whole = length == size && static_cast<std::uint64_t>(about.st_size) == size;
    const bool shared = whole && ioctl(target.get(), FICLONE, source.get()) == 0;
    if (!shared) {
        if (ftruncate(target.get(), static_cast<off_t>(size)) != 0) return os_fail(fresh);
        if (!copy_data(source.get(), target.get(), static_cast<off_t>(length), copied))
            return os_fail(fresh);
    }
    const timespec times[2] = {about.st_atim, about.st_mtim};
    if (futimens(target.get(), times) != 0 || fsync(target.get()) != 0) return os_fail(fresh);
    if (rename(fresh.c_str(), to.c_str()) != 0) return os_fail(to);
    return copied;
}

bool looks_copied(const std::string& from, const std::string& to) {
    struct stat a{};
    struct stat b{};
    if (stat(from.c_str(), &a) != 0 || stat(to.c_str(), &b) != 0) return false;
    return a.st_size == b.st_size && a.st_mtim.tv_sec == b.st_mtim.tv_sec &&
           a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

Result<std::uint64_t> file_size(const std::string& path) {
    struct stat about{};
    if (stat(path.c_str(), &about) != 0) return os_fail(path);
    return static_cast<std::uint64_t>(about.st_size);
}

}  // namespace loam::check
