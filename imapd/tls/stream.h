#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/io/event.h"
#include "engine/io/net.h"
#include "imapd/tls/context.h"
#include "imapd/tls/record_bio.h"
#include "imapd/tls/ssl.h"

namespace loam::tls {

/// The server's side of TLS over another stream: RFC 8446, RFC 5246.
/// Thread:   that of the stream below. It knows no loop: with nothing under way release() takes the
///           socket out, and adopt() goes on over the same socket on another loop.
/// Memory:   while it only waits for input it holds OpenSSL's state and at most a part of a record.
/// Time:     it has no timeouts; whoever has waited long enough calls shutdown().
class TlsStream final : public io::Stream {
  public:
    TlsStream(std::unique_ptr<io::Stream> below, std::shared_ptr<const TlsContext> context);
    TlsStream(const TlsStream&) = delete;
    TlsStream& operator=(const TlsStream&) = delete;
    ~TlsStream() override = default;

    /// Comes first, once. `received` came from below already and is where the handshake begins.
    /// Errors: closed, io; invalid (the client's fault, which it has been told in an alert).
    Task<Status> handshake(Bytes received = {});

    /// Errors beside those of Stream: closed where the stream below ended without close_notify.
    Task<Result<io::Received>> receive() override;
    Task<Status> send(Bytes data) override;
    /// Tells the peer that nothing follows: RFC 8446 section 6.1. No send may be under way or come
    /// after it.
    Task<Status> close_notify();
    void shutdown() override { below_->shutdown(); }
    std::string peer() const override { return below_->peer(); }
    bool peer_is_loopback() const override { return below_->peer_is_loopback(); }
    int release() override;
    void adopt(std::unique_ptr<io::Stream> below) { below_ = std::move(below); }

    /// "TLSv1.3 TLS_AES_256_GCM_SHA384", for logs.
    std::string protocol() const;
    /// Whom the client's verified certificate names, as RFC 2253 prints it; empty without one.
    std::string client_subject() const;
    /// The one name of that kind in the client's verified certificate; empty without one, and where
    /// it names several.
    std::string client_common_name() const;
    std::string client_email() const;
    /// The octets of tls-exporter: RFC 9266. Empty below TLS 1.3, where clients know tls-unique.
    std::string channel_binding() const;
    bool resumed() const;

  private:
    ByteVector open_records();
    void note_end(int result);
    Task<Status> send_replies();
    Task<Status> flush();

    std::shared_ptr<const TlsContext> context_;  // shared: TlsSource may have let go of it
    std::unique_ptr<io::Stream> below_;
    Records records_;
    SslPtr ssl_;
    ByteVector early_;    // records that came behind the client's end of the handshake
    bool ended_ = false;  // the peer said that nothing follows
    Status fault_;        // why nothing more can be read or written
    bool flushing_ = false;
    io::Event flushed_;
};

}  // namespace loam::tls
