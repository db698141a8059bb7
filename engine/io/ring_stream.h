#pragma once

#include <string>

#include "engine/io/address.h"
#include "engine/io/net.h"
#include "engine/io/ring_net.h"

namespace loam::io {

/// A connected socket of RingNet. Owns `fd`.
class RingStream final : public Stream {
  public:
    RingStream(RingNet& net, int fd, const SocketAddress& peer);
    RingStream(const RingStream&) = delete;
    RingStream& operator=(const RingStream&) = delete;
    ~RingStream() override;

    Task<Result<Received>> receive() override;
    Task<Status> send(Bytes data) override;
    void shutdown() override;
    std::string peer() const override { return peer_; }
    bool peer_is_loopback() const override { return peer_is_loopback_; }
    int release() override;

  private:
    Task<Result<Received>> receive_chosen();
    Task<Result<Received>> receive_extra();
    Error error_of(int error, const char* action) const;

    Reactor& reactor_;
    ReceiveBuffers& buffers_;
    int fd_;
    const std::string peer_;
    const bool peer_is_loopback_;
    bool receiving_ = false;
    bool sending_ = false;
};

}  // namespace loam::io
