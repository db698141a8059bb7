#include "imapd/tls/context.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <sys/stat.h>
#include <utility>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "engine/base/check.h"

namespace loam::tls {
namespace {

// Of TLS 1.2; those of TLS 1.3 are all good. The first holds the one that RFC 9051 section 11.1
// asks for.
constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
// As Debian has it: no keys below 112 bits of strength, nothing signed with SHA-1.
constexpr int kSecurityLevel = 2;
constexpr std::string_view kSessionScope = "loam";

struct FileClose {
    void operator()(std::FILE* file) const { std::fclose(file); }
};
struct KeyFree {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

Error refuse(const TlsFile& file, const std::string& why) {
    return fail(Errc::invalid, file.where + ": " + file.path + ": " + why);
}

// A key with a passphrase is refused; without this, OpenSSL would ask at the terminal.
int no_passphrase(char*, int, int, void*) {
    return -1;
}

Result<std::unique_ptr<EVP_PKEY, KeyFree>> read_key(const TlsFile& file) {
    const std::unique_ptr<std::FILE, FileClose> opened(std::fopen(file.path.c_str(), "re"));
    if (!opened) return refuse(file, std::strerror(errno));
    struct stat about{};
    if (fstat(fileno(opened.get()), &about) != 0) return refuse(file, std::strerror(errno));
    if ((about.st_mode & S_IRWXO) != 0) {
        return refuse(file, "everybody on this machine may open this key; chmod o= it");
    }
    ERR_clear_error();
    std::unique_ptr<EVP_PKEY, KeyFree> key(
        PEM_read_PrivateKey(opened.get(), nullptr, no_passphrase, nullptr));
    if (!key) return refuse(file, "not a private key without passphrase: " + ssl_error_text());
    return key;
}

Status set_identity(SSL_CTX* context, const TlsIdentity& identity) {
    const TlsFile& certificate = identity.certificate;
    ERR_clear_error();
    if (SSL_CTX_use_certificate_chain_file(context, certificate.path.c_str()) != 1) {
        return refuse(certificate, "not a certificate: " + ssl_error_text());
    }
    LOAM_TRY(const auto key, read_key(identity.key));
    ERR_clear_error();
    if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 ||
        SSL_CTX_check_private_key(context) != 1) {
        return refuse(identity.key, "not the key of " + certificate.path + ": " + ssl_error_text());
    }
    return Status::good();
}

Status set_client_certificates(SSL_CTX* context, const TlsConfig& config) {
    if (config.client_certificates == ClientCertificates::none) return Status::good();
    const char* path = config.client_ca.path.c_str();
    ERR_clear_error();
    STACK_OF(X509_NAME)* names = SSL_load_client_CA_file(path);
    SSL_CTX_set_client_CA_list(context, names);  // owns it
    if (names == nullptr || SSL_CTX_load_verify_file(context, path) != 1) {
        return refuse(config.client_ca, "not a file of certificates: " + ssl_error_text());
    }
    const bool required = config.client_certificates == ClientCertificates::required;
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | (required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0),
                       nullptr);
    return Status::good();
}

void set_rules(SSL_CTX* context, TlsVersion min_version) {
    const int oldest = min_version == TlsVersion::tls13 ? TLS1_3_VERSION : TLS1_2_VERSION;
    LOAM_CHECK(SSL_CTX_set_min_proto_version(context, oldest) == 1);
    LOAM_CHECK(SSL_CTX_set_cipher_list(context, kCiphers) == 1);
    SSL_CTX_set_security_level(context, kSecurityLevel);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    // Tickets keep what a session needs at the client; nothing about it is kept here.
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    LOAM_CHECK(SSL_CTX_set_session_id_context(
                   context, reinterpret_cast<const unsigned char*>(kSessionScope.data()),
                   static_cast<unsigned>(kSessionScope.size())) == 1);
}

Result<SslContextPtr> make_context(const TlsConfig& config, const TlsIdentity& identity) {
    SslContextPtr context(SSL_CTX_new(TLS_server_method()));
    LOAM_CHECK(context != nullptr);
    set_rules(context.get(), config.min_version);
    LOAM_TRY_STATUS(set_identity(context.get(), identity));
    LOAM_TRY_STATUS(set_client_certificates(context.get(), config));
    return context;
}

std::string describe(const X509* certificate) {
    std::array<char, 256> name{};
    const X509_NAME* subject = X509_get_subject_name(certificate);
    X509_NAME_get_text_by_NID(subject, NID_commonName, name.data(), name.size());
    std::tm end{};
    LOAM_CHECK(ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) == 1);
    std::array<char, 16> day{};
    const std::size_t size = std::strftime(day.data(), day.size(), "%Y-%m-%d", &end);
    return std::string(name.data()) + " until " + std::string(day.data(), size);
}

}  // namespace

TlsContext::TlsContext(std::vector<SslContextPtr> contexts) : contexts_(std::move(contexts)) {
    SSL_CTX* first = contexts_.front().get();
    SSL_CTX_set_tlsext_servername_callback(first, choose);
    SSL_CTX_set_tlsext_servername_arg(first, this);
}

Result<std::shared_ptr<const TlsContext>> TlsContext::load(const TlsConfig& config) {
    LOAM_CHECK(config.enabled());
    std::vector<SslContextPtr> contexts;
    LOAM_TRY(SslContextPtr first, make_context(config, config.identity));
    contexts.push_back(std::move(first));
    for (const TlsIdentity& identity : config.additional) {
        LOAM_TRY(SslContextPtr context, make_context(config, identity));
        contexts.push_back(std::move(context));
    }
    return std::shared_ptr<const TlsContext>(new TlsContext(std::move(contexts)));
}

// The name that the client asks for, RFC 6066 section 3, picks the certificate.
int TlsContext::choose(ssl_st* ssl, int*, void* self) {
    const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    if (name == nullptr) return SSL_TLSEXT_ERR_NOACK;
    for (const SslContextPtr& context : static_cast<TlsContext*>(self)->contexts_) {
        X509* certificate = SSL_CTX_get0_certificate(context.get());
        if (X509_check_host(certificate, name, 0, 0, nullptr) != 1) continue;
        SSL_set_SSL_CTX(ssl, context.get());
        return SSL_TLSEXT_ERR_OK;
    }
    return SSL_TLSEXT_ERR_NOACK;
}

SslPtr TlsContext::accept(Records& records) const {
    SslPtr ssl(SSL_new(contexts_.front().get()));
    LOAM_CHECK(ssl != nullptr);
    BIO* bio = bio_.make(records);
    SSL_set_bio(ssl.get(), bio, bio);  // owns it
    SSL_set_accept_state(ssl.get());
    return ssl;
}

std::vector<std::string> TlsContext::certificates() const {
    std::vector<std::string> lines;
    for (const SslContextPtr& context : contexts_)
        lines.push_back(describe(SSL_CTX_get0_certificate(context.get())));
    return lines;
}

}  // namespace loam::tls
