#include "tests/imapd/tls/client.h"

#include <openssl/err.h>

#include "imapd/tls/ssl.h"

namespace loam::tls {
namespace {

Error broken() {
    return fail(Errc::closed, "client: " + ssl_error_text());
}

}  // namespace

TlsClient::TlsClient(std::unique_ptr<io::Stream> stream)
    : stream_(std::move(stream)),
      context_(SSL_CTX_new(TLS_client_method())),
      ssl_(SSL_new(context_.get())) {
    SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_connect_state(ssl_.get());
}

void TlsClient::ask_for(const std::string& host) {
    SSL_set_tlsext_host_name(ssl_.get(), host.c_str());
}

Task<Status> TlsClient::flush() {
    std::string sealed(static_cast<std::size_t>(BIO_pending(SSL_get_wbio(ssl_.get()))), ' ');
    if (sealed.empty()) co_return Status::good();
    BIO_read(SSL_get_wbio(ssl_.get()), sealed.data(), static_cast<int>(sealed.size()));
    co_return co_await stream_->send(as_bytes(sealed));
}

Task<Status> TlsClient::feed() {
    LOAM_CO_TRY(const io::Received got, co_await stream_->receive());
    if (got.empty()) co_return fail(Errc::closed, "client: cut off");
    BIO_write(SSL_get_rbio(ssl_.get()), got.bytes().data(), static_cast<int>(got.bytes().size()));
    co_return Status::good();
}

Task<Status> TlsClient::handshake() {
    for (;;) {
        ERR_clear_error();
        const int done = SSL_do_handshake(ssl_.get());
        const int error = SSL_get_error(ssl_.get(), done);
        const bool wrong = done != 1 && error != SSL_ERROR_WANT_READ;
        const Error why = wrong ? broken() : Error{};
        LOAM_CO_TRY_STATUS(co_await flush());
        if (wrong) co_return why;
        if (done == 1) co_return Status::good();
        LOAM_CO_TRY_STATUS(co_await feed());
    }
}

Task<Status> TlsClient::send(std::string_view text) {
    ERR_clear_error();
    if (SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size())) <= 0) co_return broken();
    co_return co_await flush();
}

Task<Result<std::string>> TlsClient::receive() {
    for (;;) {
        std::string text(1U << 16, ' ');
        ERR_clear_error();
        const int got = SSL_read(ssl_.get(), text.data(), static_cast<int>(text.size()));
        const int error = SSL_get_error(ssl_.get(), got);
        if (error == SSL_ERROR_NONE) co_return text.substr(0, static_cast<std::size_t>(got));
        if (error == SSL_ERROR_ZERO_RETURN) co_return std::string();
        if (error != SSL_ERROR_WANT_READ) co_return broken();
        LOAM_CO_TRY_STATUS(co_await feed());
    }
}

Task<Result<std::string>> TlsClient::receive(std::size_t size) {
    std::string all;
    while (all.size() < size) {
        LOAM_CO_TRY(const std::string some, co_await receive());
        if (some.empty()) co_return fail(Errc::closed, "client: ended early");
        all += some;
    }
    co_return all;
}

}  // namespace loam::tls
