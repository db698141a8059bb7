#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "bench/load/cpu_watch.h"
#include "bench/load/imap_client.h"
#include "bench/load/loop.h"
#include "bench/load/options.h"

namespace loam::load {

/// Octets over the wire, both ways.
struct Traffic {
    std::uint64_t sent_bytes = 0;
    std::uint64_t received_bytes = 0;
};

/// One client of a run. Its life: start() connects and prepares, then it says Run::ready(); once
/// all are ready the clock starts and go() is called on each; at the end it says
/// Run::worker_done().
class Worker {
  public:
    Worker() = default;
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;
    Worker(Worker&&) = delete;
    Worker& operator=(Worker&&) = delete;
    virtual ~Worker() = default;
    virtual Status start() = 0;
    virtual Status go() = 0;
    virtual Traffic traffic() const = 0;
};

/// What the workers of one run share: the operations still to do, the clock, the measurements.
/// Thread: one.
class Run {
  public:
    /// Borrows `options`.
    explicit Run(const Options& options);

    Loop& loop() { return loop_; }
    const Options& options() const { return options_; }
    const std::vector<std::string>& messages() const { return messages_; }

    /// Reads the messages to send, if the scenario sends any. For LMTP they are dot-stuffed.
    /// Errors: as load_messages().
    Status load();

    Status ready();
    /// The number of the next operation, from 0; nothing when all are handed out.
    std::optional<std::size_t> next_operation();
    /// An operation ended. `items`: how many messages it was about.
    void record(double elapsed_ms, std::size_t items);
    /// A time that is told apart, such as that of SELECT.
    void record_part(const std::string& part, double elapsed_ms) {
        parts_[part].push_back(elapsed_ms);
    }
    /// A search found so many messages.
    void record_found(std::size_t found) { found_ += found; }
    void worker_done();

    /// Runs the workers to their end. The result is the report. Errors: the first worker's.
    Result<nlohmann::json> execute(std::vector<std::unique_ptr<Worker>> workers);

  private:
    Status begin();
    nlohmann::json report(double wall_seconds) const;
    nlohmann::json server_report() const;
    Traffic total() const;

    const Options& options_;
    Loop loop_;
    CpuWatch watch_;
    std::vector<std::string> messages_;
    std::vector<std::unique_ptr<Worker>> workers_;
    std::size_t ready_ = 0;
    std::size_t done_ = 0;
    std::size_t handed_out_ = 0;
    std::size_t items_ = 0;
    std::size_t found_ = 0;
    std::vector<double> times_ms_;
    std::map<std::string, std::vector<double>> parts_;
    Clock::time_point begun_;
    Usage before_;
    Traffic traffic_before_;
    double own_before_ = 0;
    Usage after_;
    Usage settled_;  ///< some time later
    double own_after_ = 0;
};

}  // namespace loam::load
