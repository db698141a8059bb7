#pragma once

#include <string>

#include "engine/io/net.h"
#include "engine/io/sim/sim_net.h"

namespace loam::io {

/// One end of a simulated connection, on one loop.
class SimStream final : public Stream {
  public:
    SimStream(SimNet& net, SimSocket socket) : net_(net), socket_(std::move(socket)) {}
    SimStream(const SimStream&) = delete;
    SimStream& operator=(const SimStream&) = delete;
    ~SimStream() override;

    Task<Result<Received>> receive() override;
    Task<Status> send(Bytes data) override;
    void shutdown() override;
    std::string peer() const override { return socket_.peer; }
    bool peer_is_loopback() const override { return socket_.peer_is_loopback; }
    int release() override;

  private:
    SimNet& net_;
    SimSocket socket_;
    bool shut_ = false;
    bool receiving_ = false;
    bool sending_ = false;
};

}  // namespace loam::io
