#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "imapd/ops/config.h"

namespace loam::ops {

/// A running server: reactors, store, certificates, IMAP and LMTP, wired together.
/// Thread: start() and stop() from one thread that is not a reactor's.
class Daemon {
  public:
    /// Errors: those of the parts, with words for the operator.
    static Result<std::unique_ptr<Daemon>> start(Config config);
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;
    ~Daemon();

    /// Where clients find it, with the ports that the kernel chose.
    const std::vector<std::string>& imap_addresses() const;
    const std::vector<std::string>& lmtp_addresses() const;
    const std::vector<std::string>& imap_tls_addresses() const;

    /// Reads the files of certificates and keys again, for new connections, and logs what came of
    /// it; after an error the old ones stay.
    void reload();

    /// BYE to every client, what was promised made durable, everything closed. Once.
    Status stop();

  private:
    struct Impl;
    explicit Daemon(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace loam::ops
