#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/api/store.h"
#include "engine/base/result.h"
#include "imapd/auth/authenticator.h"
#include "imapd/cmd/command_meter.h"
#include "imapd/lmtp/session.h"
#include "imapd/net/server.h"
#include "imapd/ops/config.h"
#include "imapd/ops/reactor_threads.h"

namespace loam::ops {

/// What is measured. Borrowed.
struct MetricSources {
    Store& store;
    ReactorThreads& threads;
    const imap::CommandMeter& commands;
    const Config& config;
    imap::ServerGroup& sessions;
    const imap::Authenticator& logins;
    std::vector<const lmtp::LmtpCounters*> deliveries{};  ///< of each thread
};

/// The endpoint "/metrics" for Prometheus, with a thread of its own. The list of names:
/// docs/operations.md, "Metrics".
/// Thread: made and destroyed by one thread that is not a reactor's, while the reactors run.
class Metrics {
  public:
    /// `address`: "127.0.0.1:9143" or "[::1]:9143". Errors: io (the port is in use).
    static Result<std::unique_ptr<Metrics>> start(const std::string& address,
                                                  MetricSources sources);
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;
    ~Metrics();

  private:
    struct Impl;
    explicit Metrics(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace loam::ops
