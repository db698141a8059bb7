#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/io/event.h"
#include "engine/io/loop.h"
#include "engine/io/task.h"
#include "imapd/auth/authenticator.h"

namespace loam::imap {

/// Output that is waiting is sent before it grows far beyond this.
inline constexpr std::size_t kOutputBytesSoftMax = 64U << 10;

/// What a session needs of its connection. imapd/net implements it over a stream, tests in memory.
/// Thread:   the loop that loop() names at the moment; move_to() changes it.
/// Lifetime: outlives the session.
/// Errors:   once the connection is lost every call fails with closed, and alive() is false.
class Port {
  public:
    Port() = default;
    Port(const Port&) = delete;
    Port& operator=(const Port&) = delete;
    virtual ~Port() = default;

    virtual io::Loop& loop() = 0;
    /// Set by whatever a waiting session must look at: input, a mailbox's change, time, the end.
    virtual io::Event& wake() = 0;
    virtual bool alive() const = 0;
    /// The server is going down: the session says BYE at its next safe point.
    virtual bool stopping() const = 0;

    /// The next line without its CRLF (a bare LF ends one too). Sends what waits in out() before it
    /// waits itself. Errors: closed, limit (the line was too long and has been skipped), timeout
    /// (nothing came for too long), busy (stopping).
    virtual Task<Result<std::string>> read_line() = 0;
    /// read_line() would not wait.
    virtual bool line_ready() = 0;
    /// At least one and at most `max` octets, valid until the next call. Sends out() before it
    /// waits. Errors: closed, timeout.
    virtual Task<Result<Bytes>> read_some(std::uint64_t max) = 0;
    /// Waits until wake() was set once, with a receive under way meanwhile. Other work that was
    /// ready has run when it returns.
    virtual Task<void> wait() = 0;

    /// Output that is not sent yet; the session appends to it.
    virtual std::string& out() = 0;
    /// Sends out() and empties it, waiting for a slow reader. Errors: closed.
    virtual Task<Status> flush() = 0;
    /// Ends the connection at once: for when a literal cannot be completed.
    virtual void abort() = 0;

    /// Goes on with the connection and the calling coroutine on another loop. Between commands
    /// only. Errors: closed.
    virtual Task<Status> move_to(io::Loop& target) = 0;
    /// A client that is logged in is allowed a longer time without a command: RFC 9051 section 5.4.
    virtual void set_authenticated(bool is) = 0;

    /// TLS is configured here and not on yet.
    virtual bool can_start_tls() const = 0;
    /// Shakes hands with the client as a TLS server; out() has been sent. What the client sent
    /// after its last line is where its part of the handshake begins: it can never become a
    /// command. The connection is lost after an error. Errors: closed, invalid.
    virtual Task<Status> start_tls() = 0;
    /// Compression is not on yet.
    virtual bool can_compress() const = 0;
    /// From now on both directions are compressed: RFC 4978. out() has been sent, and the
    /// connection stays on its loop.
    virtual void start_compression() = 0;
    virtual bool secure() const = 0;  ///< under TLS
    /// Of tls-exporter, RFC 9266; empty: none.
    virtual std::string channel_binding() const = 0;
    /// The name in the client's certificate, which has been verified; empty: none.
    virtual std::string certificate_user(CertificateUser which) const = 0;
    virtual bool peer_is_loopback() const = 0;
    virtual std::string peer() const = 0;
};

}  // namespace loam::imap
