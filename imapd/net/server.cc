#include "imapd/net/server.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <spdlog/spdlog.h>

#include "engine/base/check.h"
#include "imapd/auth/peer_address.h"

namespace loam::imap {
namespace {

// Out of file descriptors: connections that end give some back.
constexpr std::chrono::milliseconds kAcceptPause{100};
constexpr std::string_view kFull = "* BYE [UNAVAILABLE] too many connections\r\n";

}  // namespace

Server& ServerGroup::server_on(const io::Loop& loop) const {
    const auto found =
        std::ranges::find_if(servers, [&](const Server* each) { return &each->loop() == &loop; });
    LOAM_CHECK(found != servers.end());
    return **found;
}

Server::Server(io::Loop& loop, io::Net& net, Store& store, Authenticator& authenticator,
               const ServerConfig& config, ServerGroup& group, tls::TlsSource* tls)
    : loop_(loop),
      net_(net),
      config_(config),
      services_{.store = store,
                .authenticator = authenticator,
                .config = config.session,
                .accounts = group.accounts,
                .traffic = group.traffic},
      group_(group),
      tls_(tls) {}

Task<Status> Server::listen(std::vector<std::string> addresses, Door door) {
    for (const std::string& address : addresses) {
        LOAM_CO_TRY(auto listener, net_.listen(address));
        serve(std::move(listener), door);
    }
    co_return Status::good();
}

void Server::serve(std::unique_ptr<io::Listener> listener, Door door) {
    LOAM_CHECK(door == Door::clear || tls_ != nullptr);
    entrances_.push_back({std::move(listener), door});
    gate_.spawn(accept(*entrances_.back().listener, door));
}

std::vector<std::string> Server::addresses(Door door) const {
    std::vector<std::string> bound;
    for (const Entrance& entrance : entrances_) {
        if (entrance.door == door) bound.push_back(entrance.listener->address());
    }
    return bound;
}

Task<void> Server::accept(io::Listener& listener, Door door) {
    while (!stopping_) {
        auto stream = co_await listener.accept();
        if (stream) {
            take(*std::move(stream), door);
        } else if (stream.error().code == Errc::closed) {
            break;
        } else {
            co_await io::sleep_until(loop_, loop_.now() + kAcceptPause);
        }
    }
}

void Server::take(std::unique_ptr<io::Stream> stream, Door door) {
    if (stopping_) return;
    std::optional<Shares::Share> share;
    Traffic& traffic = group_.traffic;
    const bool room = group_.connections.fetch_add(1) < config_.connections_max;
    if (!room) ++traffic.refused_full;
    if (room && admit(*stream, share)) {
        ++(door == Door::tls ? traffic.taken_tls : traffic.taken_clear);
        gate_.spawn(serve_client(std::move(stream), door, std::move(share)));
    } else {
        gate_.spawn(turn_away(std::move(stream), door));
    }
}

// An address has no more than its share; this machine has any number, unless it is counted too.
bool Server::admit(const io::Stream& stream, std::optional<Shares::Share>& share) {
    if (stream.peer_is_loopback() && !config_.count_loopback) return true;
    const std::string address = address_of(stream.peer());
    share = group_.addresses.take(network_of(address), config_.connections_per_address);
    if (share) return true;
    ++group_.traffic.refused_address;
    spdlog::warn("connection refused from {}: too many are open", address);
    return false;
}

Task<void> Server::serve_client(std::unique_ptr<io::Stream> stream, Door door,
                                std::optional<Shares::Share> /*share*/) {
    {
        Connection connection(std::move(stream), door, *this, config_.limits);
        co_await connection.run(services_);
    }
    group_.connections.fetch_sub(1);
}

// Behind a TLS door it is not worth a handshake.
Task<void> Server::turn_away(std::unique_ptr<io::Stream> stream, Door door) {
    if (door == Door::clear) static_cast<void>(co_await stream->send(as_bytes(kFull)));
    stream->shutdown();
    stream.reset();
    group_.connections.fetch_sub(1);
}

void Server::enter(Connection& connection) {
    here_.insert(&connection);
    if (stopping_) connection.request_stop();
}

void Server::leave(Connection& connection) {
    here_.erase(&connection);
    if (stopping_ && here_.empty()) emptied_.set();
}

void Server::end_sessions(AccountId account) {
    const std::vector<Connection*> now(here_.begin(), here_.end());
    for (Connection* connection : now) {
        if (here_.contains(connection) && connection->serves(account)) connection->end_deleted();
    }
}

void Server::begin_stop() {
    if (std::exchange(stopping_, true)) return;
    for (const Entrance& entrance : entrances_)
        entrance.listener->shutdown();
    // A session may end, and leave the set, before request_stop() returns.
    const std::vector<Connection*> now(here_.begin(), here_.end());
    for (Connection* connection : now) {
        if (here_.contains(connection)) connection->request_stop();
    }
    last_call_ = loop_.call_at(loop_.now() + config_.limits.stop, [this] { end_all(); });
}

void Server::end_all() {
    last_call_ = 0;
    const std::vector<Connection*> now(here_.begin(), here_.end());
    for (Connection* connection : now) {
        if (here_.contains(connection)) connection->abort();
    }
}

Task<void> Server::stop() {
    // Connections that came in here may be on other loops by now.
    for (Server* each : group_.servers) {
        if (each != this) each->loop().post([each] { each->begin_stop(); });
    }
    begin_stop();
    co_await gate_.close();
    while (!here_.empty())
        co_await emptied_.wait();  // guests that another server accepted
    loop_.cancel(std::exchange(last_call_, 0));
    entrances_.clear();
}

}  // namespace loam::imap
