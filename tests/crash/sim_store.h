#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/api/store.h"
#include "engine/index/memory_kv.h"
#include "engine/io/gate.h"
#include "engine/io/sim/sim_disk.h"
#include "engine/io/sim/sim_loop.h"
#include "engine/io/sim/sim_media.h"

/// The whole engine on a simulated disk: no thread, no file, no RocksDB, one seed.
namespace loam::testing {

/// What outlives a process.
struct SimMachine {
    explicit SimMachine(std::uint64_t seed) : world(seed), media(world) {}
    io::SimWorld world;
    io::SimMedia media;
    index::MemoryStore index;
};

/// One process that has the store open, on `threads` loops.
class SimStore {
  public:
    SimStore(SimMachine& machine, std::size_t threads);
    SimStore(const SimStore&) = delete;
    SimStore& operator=(const SimStore&) = delete;
    ~SimStore();

    /// Runs `task` on the first loop, until it ends or the power is gone. True: it ended.
    bool run(Task<void> task);
    Task<Status> open();
    Store& store() { return *store_; }
    io::SimLoop& loop() { return *loops_.front(); }
    bool power() const { return machine_.media.faults.power(); }
    /// Whether the log or the index failed.
    bool stopped() const { return stopped_; }

    std::chrono::seconds erase_after{24 * 3600};  ///< before open()
    std::uint64_t segment_bytes = 64U << 10;      ///< many, so that some are deleted
    std::uint64_t rewrite_period_s = 0;           ///< what the index was opened with

    /// Ends well. Nothing runs any more.
    Status close();
    /// Ends as a power cut does: what waits hears of errors, the disk keeps what `plan` says, the
    /// index falls back to some moment at or after its last flush.
    void crash(io::CrashPlan plan);

  private:
    SimMachine& machine_;
    std::vector<std::unique_ptr<io::SimLoop>> loops_;
    std::vector<std::unique_ptr<io::SimDisk>> disks_;
    io::SimWorkers workers_;
    io::Gate gate_;
    std::unique_ptr<Store> store_;
    bool stopped_ = false;
    bool crashed_ = false;
};

}  // namespace loam::testing
