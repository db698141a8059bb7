#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <unordered_set>

#include "engine/api/store.h"
#include "engine/io/gate.h"
#include "engine/io/loop.h"
#include "engine/io/net.h"
#include "imapd/admin/store_socket.h"

namespace loam::admin {

/// Clients of the admin socket that are served at once; more are told busy.
inline constexpr std::size_t kClientsMax = 32;

/// Answers `loam` on the admin socket of an open store: requests one by one, each with its rows and
/// how it ended. Only the store's owner, the server's own user and root are listened to, and nobody
/// who is silent for half a minute. What is changed is logged with who asked for it, secrets never.
/// Thread: the loop's. Lifetime: borrows all it is given; stop() before the destructor.
class AdminServer {
  public:
    /// `end_sessions` tells the sessions of an account BYE. Thread: any.
    using EndSessions = std::function<void(AccountId)>;
    AdminServer(io::Loop& loop, io::Net& net, Store& store, EndSessions end_sessions)
        : loop_(loop), net_(net), store_(store), end_sessions_(std::move(end_sessions)) {}
    AdminServer(const AdminServer&) = delete;
    AdminServer& operator=(const AdminServer&) = delete;
    ~AdminServer() = default;

    /// Errors: io.
    Status listen();
    /// Takes nobody new and waits for what is under way; searches end early.
    Task<void> stop();

  private:
    class Client;
    Task<void> accept();
    Task<void> serve(std::unique_ptr<io::Stream> stream);
    Task<Status> serve_requests(Client& client);
    /// False: what the client sends cannot be understood any more, or the store is closing.
    Task<bool> run(Client& client, const std::string& line);

    io::Loop& loop_;
    io::Net& net_;
    Store& store_;
    const EndSessions end_sessions_;
    std::unique_ptr<StoreSocket> place_;
    std::unique_ptr<io::Listener> listener_;
    std::unordered_set<io::Stream*> clients_;
    std::atomic<bool> stopping_ = false;  // searches look at it on other threads
    io::Gate gate_;
};

}  // namespace loam::admin
