#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace loam::tls {

/// A file that the configuration names.
struct TlsFile {
    std::string path;
    std::string where;  ///< "loam.toml:12: tls.key", so that an error says whose fault it is
};

/// PEM files: the certificate with the chain behind it, and its private key.
struct TlsIdentity {
    TlsFile certificate;
    TlsFile key;
};

enum class ClientCertificates : std::uint8_t {
    none,      ///< not asked for
    optional,  ///< asked for; one that does not verify ends the handshake
    required,
};

enum class TlsVersion : std::uint8_t { tls12, tls13 };

/// What the operator decides about TLS.
struct TlsConfig {
    /// Serves clients that name no host, or one that no certificate is for. Empty paths: no TLS.
    TlsIdentity identity;
    std::vector<TlsIdentity> additional;  ///< serve the hosts that their certificates name
    TlsFile
        client_ca;  ///< PEM: who may sign certificates of clients; only where they are asked for
    ClientCertificates client_certificates = ClientCertificates::none;
    TlsVersion min_version = TlsVersion::tls12;

    bool enabled() const { return !identity.certificate.path.empty(); }
};

}  // namespace loam::tls
