#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <openssl/ssl.h>

#include "engine/base/result.h"
#include "engine/io/net.h"

namespace loam::tls {

/// A TLS client of OpenSSL's own parts, memory BIOs, over a stream: the other side in tests.
class TlsClient {
  public:
    explicit TlsClient(std::unique_ptr<io::Stream> stream);
    TlsClient(const TlsClient&) = delete;
    TlsClient& operator=(const TlsClient&) = delete;
    ~TlsClient() = default;

    /// To be set up before handshake().
    SSL_CTX* context() { return context_.get(); }
    SSL* ssl() { return ssl_.get(); }
    void ask_for(const std::string& host);
    io::Stream& stream() { return *stream_; }

    Task<Status> handshake();
    Task<Status> send(std::string_view text);
    /// Some octets; empty at the end that close_notify tells. Errors: closed.
    Task<Result<std::string>> receive();
    /// Octets until there are `size`. Errors: as receive().
    Task<Result<std::string>> receive(std::size_t size);
    /// Sends what OpenSSL wrote.
    Task<Status> flush();

  private:
    Task<Status> feed();

    struct Free {
        void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
        void operator()(SSL* ssl) const { SSL_free(ssl); }
    };
    std::unique_ptr<io::Stream> stream_;
    std::unique_ptr<SSL_CTX, Free> context_;
    std::unique_ptr<SSL, Free> ssl_;
};

}  // namespace loam::tls
