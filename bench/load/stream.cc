#include "bench/load/stream.h"

#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <unistd.h>

namespace loam::load {

Stream::~Stream() {
    close(fd_);
}

Status Stream::flush() {
    while (written_ < waiting_.size()) {
        const ssize_t sent =
            ::send(fd_, waiting_.data() + written_, waiting_.size() - written_, MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return Status::good();
        if (sent < 0) return fail(Errc::closed, std::string("send: ") + std::strerror(errno));
        written_ += static_cast<std::size_t>(sent);
        sent_bytes_ += static_cast<std::uint64_t>(sent);
    }
    waiting_.clear();
    written_ = 0;
    return Status::good();
}

Result<std::size_t> Stream::receive(char* into, std::size_t size_bytes) {
    while (true) {
        const ssize_t got = ::recv(fd_, into, size_bytes, 0);
        if (got > 0) {
            received_bytes_ += static_cast<std::uint64_t>(got);
            return static_cast<std::size_t>(got);
        }
        if (got == 0) return fail(Errc::closed, "the server closed the connection");
        if (errno == EINTR) continue;
        if (errno == EAGAIN || errno == EWOULDBLOCK) return std::size_t{0};
        return fail(Errc::io, std::string("recv: ") + std::strerror(errno));
    }
}

}  // namespace loam::load
