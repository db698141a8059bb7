#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/io/net.h"
#include "engine/io/sim/sim_loop.h"
#include "engine/io/sim/sim_pipe.h"

namespace loam::io {

class SimListener;

/// One end of a simulated connection.
struct SimSocket {
    // Shared with the other end, which may live longer or shorter.
    std::shared_ptr<SimPipe> in;
    std::shared_ptr<SimPipe> out;
    std::string peer;
    bool peer_is_loopback = true;
};

/// What the loops of one world are connected by. Lifetime: borrows `world`; outlives every SimNet.
class SimNetwork {
  public:
    explicit SimNetwork(SimWorld& world) : world_(world) {}
    SimNetwork(const SimNetwork&) = delete;
    SimNetwork& operator=(const SimNetwork&) = delete;

    // For SimNet and what it makes.
    SimWorld& world() { return world_; }
    void add(const std::string& address, SimListener& listener);
    void remove(const std::string& address, SimListener& listener);
    /// One of those that listen there, by chance as SO_REUSEPORT does; null when nobody does.
    SimListener* listener_at(const std::string& address);
    bool is_taken(const std::string& address) const { return listeners_.contains(address); }
    std::string new_port(const std::string& address);
    int park(SimSocket socket);
    SimSocket unpark(int number);

  private:
    SimWorld& world_;
    std::map<std::string, std::vector<SimListener*>> listeners_;
    std::map<int, SimSocket> parked_;
    int last_parked_ = 0;
    int last_port_ = 49151;
};

/// One loop's way to a SimNetwork. Octets arrive in pieces of random size, in order.
/// Lifetime: borrows both; outlives its listeners, streams and received buffers (the last is
/// checked).
class SimNet final : public Net, public Received::Owner {
  public:
    SimNet(SimLoop& loop, SimNetwork& network) : loop_(loop), network_(network) {}
    SimNet(const SimNet&) = delete;
    SimNet& operator=(const SimNet&) = delete;
    ~SimNet() override;

    Result<std::unique_ptr<Listener>> listen(const std::string& address) override;
    Task<Result<std::unique_ptr<Stream>>> connect(std::string address) override;
    std::unique_ptr<Stream> adopt(int socket) override;
    void give_back(std::uint32_t buffer) override;

    SimLoop& loop() { return loop_; }
    SimNetwork& network() { return network_; }
    /// Buffers that somebody holds.
    std::size_t lent() const { return lent_.size(); }
    Received lend(std::vector<std::byte> octets);

  private:
    SimLoop& loop_;
    SimNetwork& network_;
    std::map<std::uint32_t, std::vector<std::byte>> lent_;
    std::uint32_t last_lent_ = 0;
};

/// A place where connections come in.
class SimListener final : public Listener {
  public:
    SimListener(SimNet& net, std::string address);
    SimListener(const SimListener&) = delete;
    SimListener& operator=(const SimListener&) = delete;
    ~SimListener() override;

    Task<Result<std::unique_ptr<Stream>>> accept() override;
    void shutdown() override;
    std::string address() const override { return address_; }
    /// A connection has come. Runs on any loop.
    void arrive(SimSocket socket);

  private:
    void wake();

    SimNet& net_;
    const std::string address_;
    std::deque<SimSocket> waiting_;
    bool shut_ = false;
    bool under_way_ = false;
    std::coroutine_handle<> accepting_;  ///< an accept that waits
};

}  // namespace loam::io
