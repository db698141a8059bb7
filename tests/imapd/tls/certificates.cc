#include "tests/imapd/tls/certificates.h"

#include <cstdio>
#include <filesystem>
#include <memory>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "engine/base/check.h"

namespace loam::tls {
namespace {

constexpr long kValidSeconds = 24L * 3600;

void add_extension(X509* certificate, int kind, const std::string& value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
    LOAM_CHECK(extension != nullptr);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

void fill(X509* certificate, EVP_PKEY* key, const std::string& host) {
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -kValidSeconds);
    X509_gmtime_adj(X509_getm_notAfter(certificate), kValidSeconds);
    X509_NAME* name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(host.c_str()), -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_set_pubkey(certificate, key);
    add_extension(certificate, NID_subject_alt_name, "DNS:" + host);
    add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE");
    LOAM_CHECK(X509_sign(certificate, key, EVP_sha256()) > 0);
}

}  // namespace

TlsIdentity make_identity(const TempDir& dir, const std::string& name, const std::string& host) {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"),
                                                                  EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
    fill(certificate.get(), key.get(), host);
    TlsIdentity identity{.certificate = {.path = dir / (name + ".pem"), .where = "certificate"},
                         .key = {.path = dir / (name + ".key"), .where = "key"}};
    std::FILE* file = std::fopen(identity.certificate.path.c_str(), "w");
    LOAM_CHECK(PEM_write_X509(file, certificate.get()) == 1);
    std::fclose(file);
    file = std::fopen(identity.key.path.c_str(), "w");
    LOAM_CHECK(PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
    std::fclose(file);
    std::filesystem::permissions(identity.key.path, std::filesystem::perms::owner_read |
                                                        std::filesystem::perms::owner_write);
    return identity;
}

}  // namespace loam::tls
