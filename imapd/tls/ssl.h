#pragma once

#include <memory>
#include <string>

// OpenSSL's own names for what its headers call SSL and SSL_CTX: they stay out of ours.
struct ssl_st;
struct ssl_ctx_st;

namespace loam::tls {

struct SslFree {
    void operator()(ssl_st* ssl) const;
    void operator()(ssl_ctx_st* context) const;
};
using SslPtr = std::unique_ptr<ssl_st, SslFree>;
using SslContextPtr = std::unique_ptr<ssl_ctx_st, SslFree>;

/// Why the last call into OpenSSL on this thread failed, in its own words. Empties its queue of
/// errors, which ERR_clear_error() must have emptied before the call.
std::string ssl_error_text();

}  // namespace loam::tls
