#include "imapd/tls/ssl.h"

#include <array>
#include <string_view>

#include <openssl/err.h>
#include <openssl/ssl.h>

namespace loam::tls {

void SslFree::operator()(ssl_st* ssl) const {
    SSL_free(ssl);
}

void SslFree::operator()(ssl_ctx_st* context) const {
    SSL_CTX_free(context);
}

std::string ssl_error_text() {
    // The first is the cause; those behind it are who noticed.
    const unsigned long code = ERR_get_error();
    ERR_clear_error();
    if (code == 0) return "unknown error";
    std::array<char, 256> line{};
    ERR_error_string_n(code, line.data(), line.size());
    const std::string_view text = line.data();
    return std::string(text.substr(text.rfind(':') + 1));
}

}  // namespace loam::tls
