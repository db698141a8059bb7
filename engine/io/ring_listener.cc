#include "engine/io/ring_listener.h"

#include <cerrno>
#include <memory>
#include <utility>

#include <liburing.h>

#include "engine/base/check.h"
#include "engine/io/os_error.h"
#include "engine/io/ring_op.h"
#include "engine/io/ring_stream.h"

namespace loam::io {

namespace {

/// Errors of one connection that failed before it was taken: accept(2) says to go on. So is a
/// signal's.
bool is_of_one_connection(int error) {
    switch (error) {
        case EINTR:
        case EAGAIN:
        case ECONNABORTED:
        case EPROTO:
        case ENOPROTOOPT:
        case EHOSTDOWN:
        case ENONET:
        case EHOSTUNREACH:
        case ENETUNREACH:
        case ENETDOWN:
        case EPERM:
        case ETIMEDOUT:
            return true;
        default:
            return false;
    }
}

bool is_shortage(int error) {
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

RingListener::RingListener(RingNet& net, int fd, std::string address)
    : net_(net), fd_(fd), address_(std::move(address)) {}

RingListener::~RingListener() {
    LOAM_CHECK(!accepting_);
    net_.reactor().close_later(fd_);
}

Task<Result<std::unique_ptr<Stream>>> RingListener::accept() {
    LOAM_CHECK(!accepting_);
    SocketAddress peer;
    RingResult r{.result = -EINTR};
    while (!shut_ && r.result < 0 && is_of_one_connection(-r.result)) {
        peer.size = sizeof peer.storage;
        const auto prepare = [&](io_uring_sqe* operation) {
            io_uring_prep_accept(operation, fd_, peer.raw(), &peer.size, SOCK_CLOEXEC);
        };
        accepting_ = true;
        r = co_await ring_op(net_.reactor(), prepare);
        accepting_ = false;
    }
    if (r.result >= 0) co_return std::make_unique<RingStream>(net_, r.result, peer);
    if (shut_) co_return fail(Errc::closed, "accept on " + address_ + ": shut down");
    const Errc code = is_shortage(-r.result) ? Errc::busy : Errc::io;
    co_return fail(code, os_error(-r.result, "accept on", address_).what);
}

void RingListener::shutdown() {
    if (std::exchange(shut_, true)) return;
    ::shutdown(fd_, SHUT_RDWR);  // wakes an accept under way with EINVAL
}

}  // namespace loam::io
