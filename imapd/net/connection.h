#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "engine/io/net.h"
#include "imapd/net/deadline.h"
#include "imapd/net/line_reader.h"
#include "imapd/session/port.h"
#include "imapd/session/session.h"
#include "imapd/tls/stream.h"

namespace loam::imap {

class Server;

/// How a connection begins.
enum class Door : std::uint8_t {
    clear,  ///< in clear; STARTTLS where there are certificates
    tls,    ///< with the TLS handshake: RFC 8314 section 3.2
};

/// How long and how much one connection may.
struct ConnectionLimits {
    std::size_t line_bytes_max = 64U << 10;
    std::chrono::seconds before_login{120};
    std::chrono::seconds after_login{30 * 60};  ///< at least 30 minutes: RFC 9051 section 5.4
    std::chrono::seconds send{120};             ///< for one portion of output to a slow reader
    std::chrono::seconds handshake{30};         ///< for all of TLS's
    std::chrono::seconds stop{10};              ///< after which a stopping server hangs up
};

/// One client: a stream, its input and output, its timeouts; runs a Session over them.
/// Thread:   made on its home server's loop, goes to the loop of the account at login, and comes
///           home to end. Everything else happens on the loop it is at.
/// Lifetime: borrows its home server and, while it is there, another's.
class Connection final : public Port {
  public:
    Connection(std::unique_ptr<io::Stream> stream, Door door, Server& home,
               const ConnectionLimits& limits);
    ~Connection() override = default;

    /// Serves the client from greeting to end. Begins and ends on the home loop.
    Task<void> run(const SessionServices& services);
    /// The session says BYE at its next safe point; at once if it is idle. Thread: the loop it is
    /// at.
    void request_stop();
    /// A session of this account is logged in. Thread: the loop it is at. Likewise below.
    bool serves(AccountId account) const;
    /// Its account has been deleted: as request_stop(), with other words.
    void end_deleted();

    io::Loop& loop() override { return *loop_; }
    io::Event& wake() override { return wake_; }
    bool alive() const override { return alive_; }
    bool stopping() const override { return stopping_; }
    Task<Result<std::string>> read_line() override;
    bool line_ready() override;
    Task<Result<Bytes>> read_some(std::uint64_t max) override;
    Task<void> wait() override;
    std::string& out() override { return out_; }
    Task<Status> flush() override;
    void abort() override;
    Task<Status> move_to(io::Loop& target) override;
    void set_authenticated(bool is) override {
        idle_limit_ = is ? limits_.after_login : limits_.before_login;
    }
    bool can_start_tls() const override;
    Task<Status> start_tls() override;
    bool can_compress() const override { return !compressed_; }
    void start_compression() override;
    bool secure() const override { return secure_; }
    std::string channel_binding() const override;
    std::string certificate_user(CertificateUser which) const override;
    bool peer_is_loopback() const override { return peer_is_loopback_; }
    std::string peer() const override { return peer_; }

  private:
    Status hindrance();
    void be_quiet();
    Task<Status> await_input();
    void expire();
    Task<void> say_goodbye();
    Task<void> hang_up();

    std::unique_ptr<io::Stream> stream_;
    tls::TlsStream* tls_ = nullptr;  // what stream_ is, once TLS has begun
    bool secure_ = false;            // the handshake is over
    bool compressed_ = false;
    const Door door_;
    const bool peer_is_loopback_;
    const std::string peer_;
    Server& home_;
    Server* server_;  // where it is now
    io::Loop* loop_;
    const ConnectionLimits& limits_;
    std::chrono::seconds idle_limit_;

    io::Event wake_;
    LineReader input_;
    std::string out_;
    Deadline deadline_;
    std::optional<io::Monotonic> quiet_since_;  // the client's last line or octets
    bool sending_ = false;  // or in a handshake: who is late then loses the connection at once
    bool alive_ = true;
    bool expired_ = false;
    bool stopping_ = false;
    bool account_deleted_ = false;
    Session* session_ = nullptr;  // while there is one
};

}  // namespace loam::imap
