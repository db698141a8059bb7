#include "imapd/net/connection.h"

#include <utility>

#include <spdlog/spdlog.h>

#include "engine/base/check.h"
#include "imapd/cmd/dispatch.h"
#include "imapd/net/deflate_stream.h"
#include "imapd/net/server.h"

namespace loam::imap {

Connection::Connection(std::unique_ptr<io::Stream> stream, Door door, Server& home,
                       const ConnectionLimits& limits)
    : stream_(std::move(stream)),
      door_(door),
      peer_is_loopback_(stream_->peer_is_loopback()),
      peer_(stream_->peer()),
      home_(home),
      server_(&home),
      loop_(&home.loop()),
      limits_(limits),
      idle_limit_(limits.before_login),
      input_(wake_, limits.line_bytes_max, home.group().traffic.octets_in),
      deadline_(home.loop(), [this] { expire(); }) {
    input_.attach(*stream_);
}

Task<void> Connection::run(const SessionServices& services) {
    server_->enter(*this);
    // Why a handshake failed is in the log; the client has had its alert.
    if (door_ == Door::tls) static_cast<void>(co_await start_tls());
    if (alive_) {
        Session session(*this, services);
        session_ = &session;
        co_await serve(session, home_.group().meter);
        session_ = nullptr;
    }
    co_await hang_up();
    server_->leave(*this);
    co_await io::switch_to(home_.loop());
}

bool Connection::can_start_tls() const {
    return home_.tls() != nullptr && tls_ == nullptr;
}

Task<Status> Connection::start_tls() {
    auto secured = std::make_unique<tls::TlsStream>(std::move(stream_), home_.tls()->current());
    tls_ = secured.get();
    stream_ = std::move(secured);
    input_.attach(*stream_);
    sending_ = true;
    deadline_.set(loop_->now() + limits_.handshake);
    const Bytes received = input_.buffer().take(input_.buffer().size());
    Status done = co_await tls_->handshake(received);
    deadline_.clear();
    sending_ = false;
    secure_ = done.ok();
    Traffic& traffic = home_.group().traffic;
    ++(secure_ ? traffic.handshakes : traffic.handshakes_failed);
    if (!done) {
        spdlog::info("imap {}: {}", peer_, done.error().what);
        abort();
    }
    co_return done;
}

void Connection::start_compression() {
    LOAM_CHECK(!std::exchange(compressed_, true));
    const Bytes received = input_.buffer().take(input_.buffer().size());
    stream_ = std::make_unique<DeflateStream>(std::move(stream_), received);
    input_.attach(*stream_);
}

std::string Connection::channel_binding() const {
    return secure_ ? tls_->channel_binding() : std::string();
}

std::string Connection::certificate_user(CertificateUser which) const {
    if (!secure_) return {};
    switch (which) {
        case CertificateUser::none:
            return {};
        case CertificateUser::common_name:
            return tls_->client_common_name();
        case CertificateUser::email:
            return tls_->client_email();
    }
    LOAM_CHECK(false);
}

// So that the client knows that nobody cut the end off: RFC 8446 section 6.1.
Task<void> Connection::say_goodbye() {
    if (!alive_ || !secure_ || input_.ended()) co_return;
    sending_ = true;
    deadline_.set(loop_->now() + limits_.stop);
    const Status said = co_await tls_->close_notify();
    deadline_.clear();
    if (!said) spdlog::debug("imap {}: {}", peer_, said.error().what);
}

// On whatever loop the session ended.
Task<void> Connection::hang_up() {
    co_await say_goodbye();
    alive_ = false;
    stream_->shutdown();
    co_await input_.close();
    deadline_.clear_timer();
    stream_.reset();
}

void Connection::request_stop() {
    stopping_ = true;
    // A reader that is slow now has no more than this to take the rest.
    if (sending_) deadline_.set(loop_->now() + limits_.stop);
    wake_.set();
}

bool Connection::serves(AccountId account) const {
    return session_ != nullptr && !session_->user().empty() && session_->account().id() == account;
}

void Connection::end_deleted() {
    account_deleted_ = true;
    request_stop();
}

void Connection::abort() {
    if (!std::exchange(alive_, false)) return;
    stream_->shutdown();
    wake_.set();
}

void Connection::expire() {
    expired_ = true;
    if (sending_) {
        abort();
    } else {
        wake_.set();
    }
}

// Why the session should not wait for more input.
Status Connection::hindrance() {
    if (!alive_) return fail(Errc::closed, "connection lost");
    if (account_deleted_) return fail(Errc::not_found, "the account has been deleted");
    if (stopping_) return fail(Errc::busy, "the server is going down");
    if (expired_) return fail(Errc::timeout, "nothing came for too long");
    if (!input_.ended()) return Status::good();
    alive_ = false;
    return fail(Errc::closed, "the client hung up");
}

// Between two commands nothing is kept; the time since the client last said something runs.
void Connection::be_quiet() {
    if (out_.empty()) out_ = std::string();
    input_.want();
    if (!quiet_since_) quiet_since_ = loop_->now();
    deadline_.set(*quiet_since_ + idle_limit_);
}

// Lets what was written go, and waits once.
Task<Status> Connection::await_input() {
    LOAM_CO_TRY_STATUS(hindrance());
    LOAM_CO_TRY_STATUS(co_await flush());
    be_quiet();
    co_await wake_.wait();
    deadline_.clear();
    co_return Status::good();
}

Task<Result<std::string>> Connection::read_line() {
    for (;;) {
        if (!alive_ || stopping_) co_return hindrance().error();
        if (auto line = input_.buffer().take_line()) {
            quiet_since_.reset();
            co_return *std::move(line);
        }
        LOAM_CO_TRY_STATUS(co_await await_input());
    }
}

bool Connection::line_ready() {
    return input_.buffer().has_line() || input_.ended() || expired_ || stopping_ || !alive_;
}

Task<Result<Bytes>> Connection::read_some(std::uint64_t max) {
    while (input_.buffer().empty()) {
        LOAM_CO_TRY_STATUS(co_await await_input());
    }
    quiet_since_.reset();
    co_return input_.buffer().take(max);
}

Task<void> Connection::wait() {
    be_quiet();
    co_await wake_.wait();
    deadline_.clear();
    // Whoever woke us may be in the middle of telling others.
    co_await io::yield(*loop_);
}

Task<Status> Connection::flush() {
    if (!alive_) co_return fail(Errc::closed, "connection lost");
    if (out_.empty()) co_return Status::good();
    home_.group().traffic.octets_out += out_.size();
    sending_ = true;
    deadline_.set(loop_->now() + (stopping_ ? limits_.stop : limits_.send));
    Status sent = co_await stream_->send(as_bytes(out_));
    deadline_.clear();
    sending_ = false;
    out_.clear();
    if (!sent) abort();
    co_return sent;
}

Task<Status> Connection::move_to(io::Loop& target) {
    if (&target == loop_) co_return Status::good();
    LOAM_CHECK(!compressed_);  // nobody logs in once compression is on
    // The end of a receive may have brought us here: it must be over before the other thread runs.
    co_await io::yield(*loop_);
    Server& next = home_.group().server_on(target);
    const int socket = stream_->release();
    if (tls_ == nullptr) stream_.reset();
    deadline_.clear_timer(&target);
    server_->leave(*this);

    co_await io::switch_to(target);
    loop_ = &target;
    server_ = &next;
    auto adopted = next.net().adopt(socket);
    if (tls_ != nullptr) {
        tls_->adopt(std::move(adopted));
    } else {
        stream_ = std::move(adopted);
    }
    input_.attach(*stream_);
    next.enter(*this);
    co_return Status::good();
}

}  // namespace loam::imap
