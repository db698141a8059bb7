#pragma once

#include <array>
#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "engine/api/store.h"
#include "engine/io/gate.h"
#include "engine/io/io_thread.h"
#include "engine/io/workers.h"
#include "imapd/auth/authenticator.h"
#include "imapd/net/server.h"

namespace loam::imap {

/// A store in a directory of its own and IMAP servers on loopback, as loamd has them: two threads,
/// of which the first owns all accounts and the second accepts, so that every login moves its
/// connection.
/// Thread: made, used and destroyed on a thread that is none of the two.
class World {
  public:
    /// With certificates it listens for TLS as well.
    explicit World(ServerConfig config, const tls::TlsConfig& tls = {});
    World(const World&) = delete;
    World& operator=(const World&) = delete;
    ~World();

    /// "127.0.0.1:40123"
    const std::string& address() const { return address_; }
    const std::string& tls_address() const { return tls_address_; }
    void add_user(const std::string& name, const std::string& password);
    void make_administrator(const std::string& name);
    void set_limits(const std::string& user, std::uint64_t octets, std::uint64_t messages,
                    std::uint64_t mailboxes);
    /// What is kept about a message of the user's INBOX, by its place from 1, is damaged.
    void damage_message(const std::string& user, std::size_t number);
    /// Tells every session BYE. May be called once; the destructor does it otherwise.
    void stop_servers();

  private:
    static constexpr std::size_t kThreads = 2;

    template <typename T>
    T wait_for(std::size_t thread, Task<T> task);
    void turn_over(std::size_t thread);
    void run(std::size_t thread, Task<void> task);
    io::Loop& loop(std::size_t thread) const { return threads_[thread]->reactor(); }

    std::filesystem::path directory_;
    const ServerConfig config_;
    std::unique_ptr<io::ThreadWorkers> workers_;
    std::array<std::unique_ptr<io::IoThread>, kThreads> threads_;
    std::array<io::Gate, kThreads> gates_;
    std::unique_ptr<Store> store_;
    std::unique_ptr<Authenticator> authenticator_;
    std::unique_ptr<tls::TlsSource> tls_;
    ServerGroup group_;
    std::vector<std::unique_ptr<Server>> servers_;
    std::string address_;
    std::string tls_address_;
    bool stopped_ = false;
};

}  // namespace loam::imap
