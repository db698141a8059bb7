#pragma once

#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "engine/api/store.h"
#include "engine/io/gate.h"
#include "engine/io/loop.h"
#include "engine/io/net.h"
#include "imapd/lmtp/session.h"

namespace loam::lmtp {

/// LMTP sessions that one loop serves at most; more are told to come back.
inline constexpr std::size_t kSessionsMax = 1000;

/// Accepts LMTP clients on one loop. Thread: the loop's. Lifetime: borrows all it is given; stop()
/// before the destructor.
class LmtpServer {
  public:
    LmtpServer(io::Loop& loop, io::Net& net, Store& store, const LmtpConfig& config,
               tls::TlsSource* tls = nullptr)
        : loop_(loop), net_(net), store_(store), config_(config), tls_(tls) {}

    /// Errors: invalid, io; what was opened before stays open until stop().
    Status listen(const std::vector<std::string>& addresses);
    /// Serves a listener of this loop that was opened before the server was there.
    void serve(std::unique_ptr<io::Listener> listener);
    std::vector<std::string> addresses() const;
    /// Takes nobody new, ends sessions between messages, waits for the messages under way.
    Task<void> stop();
    const LmtpCounters& counters() const { return counters_; }

  private:
    Task<void> accept(io::Listener* listener);
    Task<void> serve_client(std::unique_ptr<io::Stream> stream);

    io::Loop& loop_;
    io::Net& net_;
    Store& store_;
    const LmtpConfig& config_;
    tls::TlsSource* const tls_;
    LmtpCounters counters_;
    std::vector<std::unique_ptr<io::Listener>> listeners_;
    std::unordered_set<LmtpSession*> sessions_;
    bool stopping_ = false;
    io::Gate gate_;
};

}  // namespace loam::lmtp
