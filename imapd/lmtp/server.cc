#include "imapd/lmtp/server.h"

#include <spdlog/spdlog.h>

namespace loam::lmtp {

namespace {

/// Pause after accept() found no file descriptor left.
constexpr std::chrono::milliseconds kAcceptPause{100};

}  // namespace

Status LmtpServer::listen(const std::vector<std::string>& addresses) {
    for (const std::string& address : addresses) {
        LOAM_TRY(auto listener, net_.listen(address));
        serve(std::move(listener));
    }
    return {};
}

void LmtpServer::serve(std::unique_ptr<io::Listener> listener) {
    listeners_.push_back(std::move(listener));
    gate_.spawn(accept(listeners_.back().get()));
}

std::vector<std::string> LmtpServer::addresses() const {
    std::vector<std::string> bound;
    for (const auto& listener : listeners_)
        bound.push_back(listener->address());
    return bound;
}

Task<void> LmtpServer::accept(io::Listener* listener) {
    while (!stopping_) {
        auto stream = co_await listener->accept();
        if (stream) {
            gate_.spawn(serve_client(*std::move(stream)));
            continue;
        }
        if (stream.error().code == Errc::closed) co_return;
        spdlog::warn("lmtp {}: {}", listener->address(), stream.error().what);
        co_await io::sleep_until(loop_, loop_.now() + kAcceptPause);
    }
}

Task<void> LmtpServer::serve_client(std::unique_ptr<io::Stream> stream) {
    if (sessions_.size() >= kSessionsMax) {
        static constexpr std::string_view kBusy =
            "421 4.3.2 too many connections, try again later\r\n";
        const Status told = co_await stream->send(as_bytes(kBusy));
        if (!told) spdlog::debug("lmtp {}: {}", stream->peer(), told.error().what);
        co_return;
    }
    LmtpSession session(std::move(stream), loop_, store_, config_, counters_, tls_);
    sessions_.insert(&session);
    co_await session.run();
    sessions_.erase(&session);
}

Task<void> LmtpServer::stop() {
    stopping_ = true;
    for (const auto& listener : listeners_)
        listener->shutdown();
    const std::vector<LmtpSession*> sessions(sessions_.begin(), sessions_.end());
    for (LmtpSession* session : sessions) {
        if (sessions_.contains(session)) session->stop();
    }
    co_await gate_.close();
    listeners_.clear();
}

}  // namespace loam::lmtp
