#pragma once

#include <memory>
#include <mutex>
#include <utility>

#include "engine/base/result.h"
#include "imapd/tls/config.h"
#include "imapd/tls/context.h"

namespace loam::tls {

/// The context that new connections get, and how to load it again. Thread: any.
class TlsSource {
  public:
    /// Errors: as TlsContext::load.
    static Result<std::unique_ptr<TlsSource>> load(TlsConfig config);

    // Shared with the connections, which keep theirs to their end.
    std::shared_ptr<const TlsContext> current() const;
    /// Reads the same files again, for new connections. After an error the old context stays.
    /// Errors: as TlsContext::load.
    Status reload();

  private:
    TlsSource(TlsConfig config, std::shared_ptr<const TlsContext> context)
        : config_(std::move(config)), context_(std::move(context)) {}

    const TlsConfig config_;
    mutable std::mutex mutex_;  // taken once a connection; guards context_
    std::shared_ptr<const TlsContext> context_;
};

}  // namespace loam::tls
