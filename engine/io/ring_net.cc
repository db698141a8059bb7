#include "engine/io/ring_net.h"

#include <cerrno>
#include <fcntl.h>
#include <netinet/in.h>
#include <string_view>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include <liburing.h>

#include "engine/io/address.h"
#include "engine/io/os_error.h"
#include "engine/io/ring_listener.h"
#include "engine/io/ring_op.h"
#include "engine/io/ring_stream.h"

namespace loam::io {

namespace {

constexpr int kBacklog = 1024;
constexpr mode_t kSocketMode = 0600;

/// Closes a socket that did not come into being.
class NewSocket {
  public:
    explicit NewSocket(int fd) : fd_(fd) {}
    NewSocket(const NewSocket&) = delete;
    NewSocket& operator=(const NewSocket&) = delete;
    ~NewSocket() {
        if (fd_ >= 0) close(fd_);
    }
    int fd() const { return fd_; }
    int take() { return std::exchange(fd_, -1); }

  private:
    int fd_;
};

Error listen_error(int error, const std::string& address) {
    return fail(Errc::io, os_error(error, "listen on", address).what);
}

bool switch_on(int fd, int level, int option) {
    const int on = 1;
    return setsockopt(fd, level, option, &on, sizeof on) == 0;
}

bool set_options(int fd, int family) {
    if (family == AF_UNIX) return fchmod(fd, kSocketMode) == 0;  // bind() gives the path this mode
    if (!switch_on(fd, SOL_SOCKET, SO_REUSEADDR)) return false;
    if (!switch_on(fd, SOL_SOCKET, SO_REUSEPORT)) return false;
    return family != AF_INET6 || switch_on(fd, IPPROTO_IPV6, IPV6_V6ONLY);
}

/// Removes the socket that a process left behind; one that somebody listens on stays, and so does
/// any other file.
void remove_stale(const SocketAddress& address, const std::string& path) {
    struct stat about{};
    if (lstat(path.c_str(), &about) != 0 || !S_ISSOCK(about.st_mode)) return;
    const NewSocket probe(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (probe.fd() < 0 || connect(probe.fd(), address.raw(), address.size) == 0) return;
    if (errno == ECONNREFUSED) unlink(path.c_str());
}

std::string bound_address(int fd, const std::string& asked) {
    SocketAddress bound;
    bound.size = sizeof bound.storage;
    if (getsockname(fd, bound.raw(), &bound.size) != 0) return asked;
    return to_string(bound);
}

}  // namespace

Result<std::unique_ptr<Listener>> RingNet::listen(const std::string& address) {
    LOAM_TRY(const SocketAddress wanted, parse_address(address));
    NewSocket made(socket(wanted.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (made.fd() < 0) return listen_error(errno, address);
    if (!set_options(made.fd(), wanted.family())) return listen_error(errno, address);
    if (wanted.family() == AF_UNIX) {
        remove_stale(wanted, address.substr(std::string_view("unix:").size()));
    }
    if (bind(made.fd(), wanted.raw(), wanted.size) != 0) return listen_error(errno, address);
    if (::listen(made.fd(), kBacklog) != 0) return listen_error(errno, address);
    std::string bound = bound_address(made.fd(), address);
    std::unique_ptr<Listener> listener =
        std::make_unique<RingListener>(*this, made.take(), std::move(bound));
    return listener;
}

Task<Result<std::unique_ptr<Stream>>> RingNet::connect(std::string address) {
    LOAM_CO_TRY(const SocketAddress peer, parse_address(address));
    NewSocket made(socket(peer.family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (made.fd() < 0) co_return os_error(errno, "connect to", address);
    const auto prepare = [&](io_uring_sqe* operation) {
        io_uring_prep_connect(operation, made.fd(), peer.raw(), peer.size);
    };
    const RingResult r = co_await ring_op(reactor_, prepare);
    if (r.result < 0) co_return os_error(-r.result, "connect to", address);
    co_return std::make_unique<RingStream>(*this, made.take(), peer);
}

std::unique_ptr<Stream> RingNet::adopt(int socket) {
    SocketAddress peer;
    peer.size = sizeof peer.storage;
    if (getpeername(socket, peer.raw(), &peer.size) != 0) {
        // The peer is gone already. The stream finds out at its first receive; only the logs miss
        // the name.
        peer.size = sizeof peer.storage;
        getsockname(socket, peer.raw(), &peer.size);
    }
    return std::make_unique<RingStream>(*this, socket, peer);
}

}  // namespace loam::io
