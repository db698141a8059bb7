#include "engine/io/ring_stream.h"

#include <algorithm>
#include <cerrno>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <utility>

#include <liburing.h>

#include "engine/base/check.h"
#include "engine/io/os_error.h"
#include "engine/io/ring_op.h"

namespace loam::io {

namespace {

constexpr std::size_t kSendBytesMax = 1U << 30;

std::string name_of(const SocketAddress& peer) {
    return peer.family() == AF_UNIX ? "unix" : to_string(peer);
}

/// The ways in which a connection ends that are no fault of ours.
bool is_end(int error) {
    switch (error) {
        case EPIPE:
        case ECONNRESET:
        case ECONNABORTED:
        case ENOTCONN:
        case ESHUTDOWN:
        case ETIMEDOUT:
        case EHOSTUNREACH:
        case ENETUNREACH:
        case ENETDOWN:
        case ECANCELED:
            return true;
        default:
            return false;
    }
}

}  // namespace

RingStream::RingStream(RingNet& net, int fd, const SocketAddress& peer)
    : reactor_(net.reactor()),
      buffers_(net.buffers()),
      fd_(fd),
      peer_(name_of(peer)),
      peer_is_loopback_(is_loopback(peer)) {
    if (peer.family() == AF_UNIX) return;
    const int on = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

RingStream::~RingStream() {
    LOAM_CHECK(!receiving_ && !sending_);
    if (fd_ >= 0) reactor_.close_later(fd_);
}

Error RingStream::error_of(int error, const char* action) const {
    return fail(is_end(error) ? Errc::closed : Errc::io, os_error(error, action, peer_).what);
}

Task<Result<Received>> RingStream::receive() {
    LOAM_CHECK(fd_ >= 0 && !receiving_);
    receiving_ = true;
    Result<Received> got = co_await receive_chosen();
    receiving_ = false;
    co_return got;
}

Task<Result<Received>> RingStream::receive_chosen() {
    if (!buffers_.provided()) co_return co_await receive_extra();
    const auto prepare = [&](io_uring_sqe* operation) {
        io_uring_prep_recv(operation, fd_, nullptr, kReceiveBufferBytes, 0);
        operation->flags |= IOSQE_BUFFER_SELECT;
        operation->buf_group = buffers_.group();
    };
    RingResult r{.result = -EINTR};
    while (r.result == -EINTR) {
        r = co_await ring_op(reactor_, prepare);
    }
    if (r.result == -ENOBUFS) co_return co_await receive_extra();
    Received received;
    if ((r.flags & IORING_CQE_F_BUFFER) != 0) {
        const auto size = static_cast<std::size_t>(std::max(r.result, 0));
        received = buffers_.chosen(r.flags >> IORING_CQE_BUFFER_SHIFT, size);
    }
    if (r.result < 0) co_return error_of(-r.result, "receive from");
    co_return received;
}

Task<Result<Received>> RingStream::receive_extra() {
    // No memory is held until there is something to put into it.
    const auto wait = [&](io_uring_sqe* operation) {
        io_uring_prep_poll_add(operation, fd_, POLLIN);
    };
    const RingResult ready = co_await ring_op(reactor_, wait);
    if (ready.result < 0) co_return error_of(-ready.result, "receive from");

    const std::uint32_t buffer = buffers_.take_extra();
    const MutableBytes memory = buffers_.extra(buffer);
    const auto prepare = [&](io_uring_sqe* operation) {
        io_uring_prep_recv(operation, fd_, memory.data(), memory.size(), 0);
    };
    RingResult r{.result = -EINTR};
    while (r.result == -EINTR) {
        r = co_await ring_op(reactor_, prepare);
    }
    Received received = buffers_.filled(buffer, static_cast<std::size_t>(std::max(r.result, 0)));
    if (r.result < 0) co_return error_of(-r.result, "receive from");
    co_return received;
}

Task<Status> RingStream::send(Bytes data) {
    LOAM_CHECK(fd_ >= 0 && !sending_);
    sending_ = true;
    while (!data.empty()) {
        const auto prepare = [&](io_uring_sqe* operation) {
            io_uring_prep_send(operation, fd_, data.data(), std::min(data.size(), kSendBytesMax),
                               MSG_NOSIGNAL | MSG_WAITALL);
        };
        const RingResult r = co_await ring_op(reactor_, prepare);
        if (r.result == -EINTR) continue;
        if (r.result < 0) {
            sending_ = false;
            co_return error_of(-r.result, "send to");
        }
        data = data.subspan(static_cast<std::size_t>(r.result));
    }
    sending_ = false;
    co_return Status::good();
}

void RingStream::shutdown() {
    if (fd_ >= 0) ::shutdown(fd_, SHUT_RDWR);  // may say that it is not connected any more
}

int RingStream::release() {
    LOAM_CHECK(fd_ >= 0 && !receiving_ && !sending_);
    return std::exchange(fd_, -1);
}

}  // namespace loam::io
