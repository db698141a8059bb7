#pragma once

#include <string>

#include "engine/io/net.h"
#include "engine/io/ring_net.h"

namespace loam::io {

/// A listening socket of RingNet. Owns `fd`.
class RingListener final : public Listener {
  public:
    RingListener(RingNet& net, int fd, std::string address);
    RingListener(const RingListener&) = delete;
    RingListener& operator=(const RingListener&) = delete;
    ~RingListener() override;

    Task<Result<std::unique_ptr<Stream>>> accept() override;
    void shutdown() override;
    std::string address() const override { return address_; }

  private:
    RingNet& net_;
    const int fd_;
    const std::string address_;
    bool shut_ = false;
    bool accepting_ = false;
};

}  // namespace loam::io
