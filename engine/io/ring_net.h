#pragma once

#include <memory>
#include <string>

#include "engine/io/net.h"
#include "engine/io/reactor.h"
#include "engine/io/receive_buffers.h"

namespace loam::io {

/// The real sockets of one reactor. Every TCP socket has TCP_NODELAY.
/// Thread: the reactor's. Lifetime: borrows `reactor`; its listeners, streams and received buffers
/// borrow it.
class RingNet final : public Net {
  public:
    explicit RingNet(Reactor& reactor) : reactor_(reactor), buffers_(reactor) {}

    /// A unix path where a socket lies that nobody listens on is taken over.
    Result<std::unique_ptr<Listener>> listen(const std::string& address) override;
    Task<Result<std::unique_ptr<Stream>>> connect(std::string address) override;
    std::unique_ptr<Stream> adopt(int socket) override;

    Reactor& reactor() { return reactor_; }
    ReceiveBuffers& buffers() { return buffers_; }

  private:
    Reactor& reactor_;
    ReceiveBuffers buffers_;
};

}  // namespace loam::io
