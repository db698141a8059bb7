#include "imapd/admin/store_socket.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace loam::admin {
namespace {

constexpr const char* kName = "ADMIN";

}  // namespace

Result<std::unique_ptr<StoreSocket>> StoreSocket::open(const std::string& store_path) {
    const int fd = ::open(store_path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return fail(Errc::io, store_path + ": " + std::strerror(errno));
    std::unique_ptr<StoreSocket> place(new StoreSocket(fd, 0));
    struct stat about{};
    if (fstat(fd, &about) != 0) return fail(Errc::io, store_path + ": " + std::strerror(errno));
    place->owner_ = about.st_uid;
    return place;
}

StoreSocket::~StoreSocket() {
    close(directory_);
}

std::string StoreSocket::address() const {
    return "unix:/proc/self/fd/" + std::to_string(directory_) + "/" + kName;
}

void StoreSocket::remove() {
    unlinkat(directory_, kName, 0);
}

}  // namespace loam::admin
