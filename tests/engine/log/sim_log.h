#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/io/gate.h"
#include "engine/io/sim/sim_disk.h"
#include "engine/io/sim/sim_loop.h"
#include "engine/io/sim/sim_media.h"
#include "engine/io/sim/sim_run.h"
#include "engine/log/log_reader.h"
#include "engine/log/log_writer.h"
#include "engine/log/recover.h"

/// One life of a program that keeps a log on a simulated disk. The media outlives it.
namespace loam::testing {

inline const std::string kDir = "/log/0";
inline constexpr StoreId kStore{std::byte{1}, std::byte{2}, std::byte{3}};

/// A transaction as the test knows it. Records are ABORT records, whose two numbers name the
/// transaction and the record in it; payloads follow from the same numbers.
struct Txn {
    std::uint64_t id = 0;
    std::vector<std::size_t> payload_bytes;  ///< one record each; 0 is no payload
    bool chunk = false;
    friend bool operator==(const Txn&, const Txn&) = default;
};
ByteVector payload_of(std::uint64_t id, std::size_t record, std::size_t size);
std::unique_ptr<Submission> to_submission(const Txn& txn);

/// A group as it was acknowledged or recovered.
struct SeenGroup {
    LogPosition end;
    std::vector<Txn> txns;  ///< none: NOOP
    std::vector<Place> places;
};

LogWriterOptions small_options();

class SimLog {
  public:
    SimLog(io::SimMedia& media, LogWriterOptions options = small_options());
    ~SimLog();
    SimLog(const SimLog&) = delete;
    SimLog& operator=(const SimLog&) = delete;

    /// Makes the directories, durably, once a media.
    static void make_dirs(io::SimMedia& media);

    /// Recovers from `from` into `groups` and opens the writer.
    Task<Status> start(LogPosition from = {});
    void submit(const Txn& txn) { writer_->submit(to_submission(txn)); }
    Task<void> stop() { return writer_->close(); }

    /// The same from outside of the simulation.
    Status run_start(LogPosition from = {}) { return io::run_sim(loop, start(from)); }
    void run_stop() { io::run_sim(loop, stop()); }
    /// Submits all at once and runs until they are durable.
    void run_submit(const std::vector<Txn>& txns);
    /// Ends without a NOOP group, as a power cut does that loses nothing more.
    void power_cut(io::CrashPlan plan = {.kind = io::CrashPlan::Kind::none});

    LogWriter& writer() { return *writer_; }
    std::size_t durable_txns() const;

    io::SimLoop loop;
    io::SimDisk disk;
    std::vector<SeenGroup> groups;  ///< recovered, then acknowledged
    std::size_t recovered = 0;      ///< of them
    LogTail tail;
    bool auto_apply = true;
    std::vector<Error> fatal;

  private:
    Task<Status> take(ScannedGroup group);
    void on_durable(DurableGroup group);

    io::SimMedia& media_;
    const LogWriterOptions options_;
    std::unique_ptr<LogWriter> writer_;
};

/// The transactions of `groups` in order, NOOP groups left out.
std::vector<Txn> txns_of(const std::vector<SeenGroup>& groups);

}  // namespace loam::testing
