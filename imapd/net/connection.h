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

namespace loam::imap {

class Server;

/// How long and how much one connection may.
struct ConnectionLimits {
    std::size_t line_bytes_max = 64U << 10;
    std::chrono::seconds before_login{120};
    std::chrono::seconds after_login{30 * 60};  ///< at least 30 minutes: RFC 9051 section 5.4
    std::chrono::seconds send{120};             ///< for one portion of output to a slow reader
    std::chrono::seconds stop{10};              ///< after which a stopping server hangs up
};

/// One client: a stream, its input and output, its timeouts; runs a Session over them.
/// Thread:   made on its home server's loop, goes to the loop of the account at login, and comes
///           home to end. Everything else happens on the loop it is at.
/// Lifetime: borrows its home server and, while it is there, another's.
class Connection final : public Port {
  public:
    Connection(std::unique_ptr<io::Stream> stream, bool secure, Server& home,
               const ConnectionLimits& limits);
    ~Connection() override = default;

    /// Serves the client from greeting to end. Begins and ends on the home loop.
    Task<void> run(const SessionServices& services);
    /// The session says BYE at its next safe point; at once if it is idle. Thread: the loop it is
    /// at.
    void request_stop();

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
    void set_authenticated() override { idle_limit_ = limits_.after_login; }
    bool secure() const override { return secure_; }
    bool peer_is_loopback() const override { return peer_is_loopback_; }
    std::string peer() const override { return peer_; }

  private:
    Status hindrance();
    void be_quiet();
    Task<Status> await_input();
    void expire();
    Task<void> hang_up();

    std::unique_ptr<io::Stream> stream_;
    const bool secure_;
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
    bool sending_ = false;
    bool alive_ = true;
    bool expired_ = false;
    bool stopping_ = false;
};

}  // namespace loam::imap
