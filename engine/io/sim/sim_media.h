#pragma once

#include <coroutine>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/io/sim/sim_faults.h"
#include "engine/io/sim/sim_loop.h"
#include "engine/io/sim/sim_survival.h"
#include "engine/io/sim/sim_tree.h"

namespace loam::io {

/// One simulated disk drive with its file system, shared by the SimDisks of all loops. A power cut
/// may take any of the sectors and names that were not synced. The way of a crash test:
/// `media.faults.crash_at(n)`; run the world until the program is done or there is no
/// `media.faults.power()`; media.crash(plan); run the world until the old program's tasks have
/// ended (all their operations now fail with io, whatever disk they come by); destroy them; go on
/// with new SimDisks and look. Thread: the world's. Lifetime: borrows `world`; outlives the disks
/// and files.
class SimMedia {
  public:
    explicit SimMedia(SimWorld& world) : world_(world) {}
    SimMedia(const SimMedia&) = delete;
    SimMedia& operator=(const SimMedia&) = delete;

    SimFaults faults;
    std::uint64_t capacity_bytes = 1ULL << 40;

    /// The power goes (if it has not) and comes back, or as the plan says. Disks and files opened
    /// before are dead from now on.
    void crash(CrashPlan plan = {});
    /// The number of changes that CrashPlan::only can name now.
    std::size_t unsynced() const { return tree.unsynced_with_files(); }
    /// Damages one bit of a file, on the disk and for readers. Errors: not_found.
    Status flip(const std::string& path, std::uint64_t offset, unsigned bit);

    // For SimDisk and SimFile.
    SimTree tree;
    SimWorld& world() { return world_; }
    std::uint64_t generation() const { return generation_; }
    bool has_room(std::uint64_t more_bytes) const {
        return tree.used_bytes() + more_bytes <= capacity_bytes;
    }
    /// `co_await media.powered();` does not end before the next crash() if there is no power.
    auto powered(SimLoop& loop) {
        struct Awaiter {
            SimMedia& media;
            SimLoop& loop;
            bool await_ready() const noexcept { return media.faults.power(); }
            void await_suspend(std::coroutine_handle<> awaiting) const {
                media.parked_.push_back({.loop = &loop, .handle = awaiting});
            }
            void await_resume() const noexcept {}
        };
        return Awaiter{*this, loop};
    }

  private:
    struct Parked {
        SimLoop* loop;
        std::coroutine_handle<> handle;
    };
    SimWorld& world_;
    std::uint64_t generation_ = 0;
    std::vector<Parked> parked_;
};

}  // namespace loam::io
