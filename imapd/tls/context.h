#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "imapd/tls/config.h"
#include "imapd/tls/record_bio.h"
#include "imapd/tls/ssl.h"

namespace loam::tls {

/// The certificates and rules of new TLS connections, as the files were when it was loaded: TLS 1.2
/// and 1.3 with forward secrecy and authenticated encryption only (RFC 9325), no renegotiation, no
/// early data. Sessions resume by tickets that only this object can open, so a reload ends them.
/// Thread: any, nothing in it changes.
class TlsContext {
  public:
    /// Reads the files. Errors: invalid (a file that is missing, is no certificate or key, that
    /// others may read, or that does not fit its neighbour), naming key and file.
    static Result<std::shared_ptr<const TlsContext>> load(const TlsConfig& config);
    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;
    ~TlsContext() = default;

    /// The server's side of a connection that reads and writes `records`. Both `records` and this
    /// object outlive it.
    SslPtr accept(Records& records) const;
    /// "mail.example.org until 2027-02-01", one a certificate; the last day goes by UTC.
    std::vector<std::string> certificates() const;

  private:
    explicit TlsContext(std::vector<SslContextPtr> contexts);
    static int choose(ssl_st* ssl, int* alert, void* self);

    RecordBio bio_;
    std::vector<SslContextPtr> contexts_;  // one a certificate; the first takes every connection
};

}  // namespace loam::tls
