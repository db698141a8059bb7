#include "engine/io/sim/sim_net.h"

#include <algorithm>
#include <utility>

#include "engine/base/check.h"
#include "engine/io/address.h"
#include "engine/io/sim/sim_stream.h"

namespace loam::io {

void SimNetwork::add(const std::string& address, SimListener& listener) {
    listeners_[address].push_back(&listener);
}

void SimNetwork::remove(const std::string& address, SimListener& listener) {
    std::vector<SimListener*>& there = listeners_[address];
    std::erase(there, &listener);
    if (there.empty()) listeners_.erase(address);
}

SimListener* SimNetwork::listener_at(const std::string& address) {
    const auto found = listeners_.find(address);
    if (found == listeners_.end()) return nullptr;
    return found->second[world_.random_below(found->second.size())];
}

/// ":0" at the end of an address becomes a port that nobody has.
std::string SimNetwork::new_port(const std::string& address) {
    if (address.starts_with("unix:") || !address.ends_with(":0")) return address;
    return address.substr(0, address.size() - 1) + std::to_string(++last_port_);
}

int SimNetwork::park(SimSocket socket) {
    parked_.emplace(++last_parked_, std::move(socket));
    return last_parked_;
}

SimSocket SimNetwork::unpark(int number) {
    auto found = parked_.extract(number);
    LOAM_CHECK(!found.empty());
    return std::move(found.mapped());
}

SimNet::~SimNet() {
    LOAM_CHECK(lent_.empty());
}

Result<std::unique_ptr<Listener>> SimNet::listen(const std::string& address) {
    LOAM_TRY_STATUS(parse_address(address));
    if (address.starts_with("unix:") && network_.is_taken(address)) {
        return fail(Errc::io, "listen on " + address + ": in use");
    }
    std::unique_ptr<Listener> listener =
        std::make_unique<SimListener>(*this, network_.new_port(address));
    return listener;
}

Task<Result<std::unique_ptr<Stream>>> SimNet::connect(std::string address) {
    LOAM_CO_TRY(const SocketAddress wanted, parse_address(address));
    co_await yield(loop_);
    SimListener* listener = network_.listener_at(address);
    if (listener == nullptr) co_return fail(Errc::io, "connect to " + address + ": refused");
    const bool is_unix = wanted.family() == AF_UNIX;
    const auto there = std::make_shared<SimPipe>(network_.world());
    const auto back = std::make_shared<SimPipe>(network_.world());
    const bool loopback = is_loopback(wanted);
    const std::string host = address.substr(0, address.rfind(':'));
    listener->arrive({.in = there,
                      .out = back,
                      .peer = is_unix ? "unix" : network_.new_port(host + ":0"),
                      .peer_is_loopback = loopback});
    SimSocket own{
        .in = back, .out = there, .peer = is_unix ? "unix" : address, .peer_is_loopback = loopback};
    co_return std::make_unique<SimStream>(*this, std::move(own));
}

std::unique_ptr<Stream> SimNet::adopt(int socket) {
    return std::make_unique<SimStream>(*this, network_.unpark(socket));
}

Received SimNet::lend(std::vector<std::byte> octets) {
    const std::uint32_t number = ++last_lent_;
    const auto [place, added] = lent_.emplace(number, std::move(octets));
    LOAM_CHECK(added);
    return {this, number, place->second};
}

void SimNet::give_back(std::uint32_t buffer) {
    LOAM_CHECK(lent_.erase(buffer) == 1);
}

SimListener::SimListener(SimNet& net, std::string address)
    : net_(net), address_(std::move(address)) {
    net_.network().add(address_, *this);
}

SimListener::~SimListener() {
    LOAM_CHECK(!under_way_);
    shutdown();
}

void SimListener::arrive(SimSocket socket) {
    waiting_.push_back(std::move(socket));
    wake();
}

void SimListener::wake() {
    if (!accepting_) return;
    net_.loop().post([handle = std::exchange(accepting_, nullptr)] { handle.resume(); });
}

Task<Result<std::unique_ptr<Stream>>> SimListener::accept() {
    struct Awaiter {
        std::coroutine_handle<>& accepting;
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> awaiting) const { accepting = awaiting; }
        void await_resume() const noexcept {}
    };
    LOAM_CHECK(!std::exchange(under_way_, true));
    while (waiting_.empty() && !shut_) {
        co_await Awaiter{accepting_};
    }
    under_way_ = false;
    if (shut_) co_return fail(Errc::closed, "accept on " + address_ + ": shut down");
    SimSocket socket = std::move(waiting_.front());
    waiting_.pop_front();
    co_return std::make_unique<SimStream>(net_, std::move(socket));
}

void SimListener::shutdown() {
    if (std::exchange(shut_, true)) return;
    net_.network().remove(address_, *this);
    for (const SimSocket& socket : std::exchange(waiting_, {})) {
        socket.in->reader_gone = true;
        socket.out->writer_gone = true;
        socket.in->changed();
        socket.out->changed();
    }
    wake();
}

}  // namespace loam::io
