#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "engine/api/store.h"
#include "engine/io/event.h"
#include "engine/io/gate.h"
#include "engine/io/loop.h"
#include "engine/io/net.h"
#include "imapd/auth/authenticator.h"
#include "imapd/cmd/command_meter.h"
#include "imapd/net/connection.h"
#include "imapd/session/session.h"
#include "imapd/session/shares.h"
#include "imapd/tls/source.h"

namespace loam::imap {

/// What the operator decides about the IMAP service.
struct ServerConfig {
    SessionConfig session;
    ConnectionLimits limits;
    std::size_t connections_max = 10'000;       ///< of the whole process
    std::size_t connections_per_address = 200;  ///< 0: no limit
    bool count_loopback = false;                ///< by address, as all others
};

/// The IMAP servers of one process, one for each loop. Filled before the first listen().
struct ServerGroup {
    std::vector<Server*> servers;
    std::atomic<std::size_t> connections = 0;
    Shares addresses;  ///< connections of each
    Shares accounts;   ///< sessions of each
    Traffic traffic;
    CommandMeter* meter = nullptr;  ///< null: commands are not counted

    /// The server of a loop; there is one for every loop that owns accounts.
    Server& server_on(const io::Loop& loop) const;
};

/// Accepts clients on one loop and keeps their connections.
/// Thread:   the loop's, but for the constructor.
/// Lifetime: borrows everything it is given (`tls` null: no TLS); stop() before the destructor, and
///           every server of the group has stopped before the first is destroyed.
class Server {
  public:
    Server(io::Loop& loop, io::Net& net, Store& store, Authenticator& authenticator,
           const ServerConfig& config, ServerGroup& group, tls::TlsSource* tls = nullptr);
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server() = default;

    /// Listens on each address. Errors: invalid, io; what was opened before stays open until
    /// stop(). Door::tls only with TLS.
    Task<Status> listen(std::vector<std::string> addresses, Door door = Door::clear);
    /// Serves a listener of this loop that was opened before the server was there.
    void serve(std::unique_ptr<io::Listener> listener, Door door);
    /// The bound addresses of that door, with the ports the kernel chose.
    std::vector<std::string> addresses(Door door = Door::clear) const;

    /// Tells every session of the group BYE and waits until the connections that came in here have
    /// ended: at most the time of ConnectionLimits::stop and the commands under way.
    Task<void> stop();

    io::Loop& loop() const { return loop_; }
    io::Net& net() const { return net_; }
    ServerGroup& group() const { return group_; }
    tls::TlsSource* tls() const { return tls_; }

    /// A connection comes to this loop, and goes.
    void enter(Connection& connection);
    void leave(Connection& connection);
    /// The account is deleted: its sessions here say BYE at their next safe point.
    void end_sessions(AccountId account);

  private:
    struct Entrance {
        std::unique_ptr<io::Listener> listener;
        Door door;
    };
    Task<void> accept(io::Listener& listener, Door door);
    void take(std::unique_ptr<io::Stream> stream, Door door);
    bool admit(const io::Stream& stream, std::optional<Shares::Share>& share);
    Task<void> serve_client(std::unique_ptr<io::Stream> stream, Door door,
                            std::optional<Shares::Share> share);
    Task<void> turn_away(std::unique_ptr<io::Stream> stream, Door door);
    void begin_stop();
    void end_all();

    io::Loop& loop_;
    io::Net& net_;
    const ServerConfig& config_;
    const SessionServices services_;
    ServerGroup& group_;
    tls::TlsSource* const tls_;
    std::vector<Entrance> entrances_;
    std::unordered_set<Connection*> here_;
    io::Event emptied_;
    io::Gate gate_;
    io::Loop::TimerId last_call_ = 0;
    bool stopping_ = false;
};

}  // namespace loam::imap
