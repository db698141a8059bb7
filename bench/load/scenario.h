#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "bench/load/imap_client.h"
#include "bench/load/run.h"

namespace loam::load {

/// The workers of the scenario that the run's options name. They borrow the run.
std::vector<std::unique_ptr<Worker>> make_workers(Run& run);

/// An IMAP client that logs in, opens the mailbox if its scenario wants that, and works off
/// operations, some at a time. A scenario says what one operation is.
class ImapWorker : public Worker {
  public:
    ImapWorker(Run& run, std::size_t index, bool selects)
        : run_(run), index_(index), selects_(selects) {}
    Status start() final;
    Status go() final;
    Traffic traffic() const final;

  protected:
    /// Sends what operation `number` is; completed() follows.
    virtual void issue(std::size_t number) = 0;
    Status completed(double elapsed_ms, std::size_t items);
    /// SELECTs the mailbox and keeps its number of messages. `done` is called with the time it
    /// took.
    void select(ImapClient::OnDone done);

    Run& run() { return run_; }
    ImapClient& client() { return *client_; }
    std::uint32_t exists() const { return exists_; }

  private:
    Status issue_next();
    Status logged_in();

    Run& run_;
    std::size_t index_;
    bool selects_;
    std::unique_ptr<ImapClient> client_;
    std::uint32_t exists_ = 0;
    std::size_t in_flight_ = 0;
};

std::vector<std::unique_ptr<Worker>> make_fetch_metadata(Run& run);
std::vector<std::unique_ptr<Worker>> make_fetch_bodies(Run& run);
std::vector<std::unique_ptr<Worker>> make_store_flags(Run& run);
std::vector<std::unique_ptr<Worker>> make_search(Run& run);
std::vector<std::unique_ptr<Worker>> make_append(Run& run);
std::vector<std::unique_ptr<Worker>> make_lmtp(Run& run);
std::vector<std::unique_ptr<Worker>> make_idle(Run& run);

/// One worker of type W for each connection.
template <typename W>
std::vector<std::unique_ptr<Worker>> make_each(Run& run) {
    std::vector<std::unique_ptr<Worker>> workers;
    workers.reserve(run.options().connections);
    for (std::size_t i = 0; i < run.options().connections; ++i)
        workers.push_back(std::make_unique<W>(run, i));
    return workers;
}

}  // namespace loam::load
