#pragma once

#include <cstdint>

#include "engine/io/loop.h"
#include "engine/io/sim/sim_world.h"
#include "engine/io/timers.h"

namespace loam::io {

/// Workers of a simulation: work runs some time later, in the world's order, while no loop runs.
class SimWorkers final : public Workers {
  public:
    explicit SimWorkers(SimWorld& world) : world_(world) {}
    void submit(Class priority, Loop::Work work) override;

  private:
    SimWorld& world_;
};

/// One simulated thread's loop. A world may have several.
/// Lifetime: borrows `world`; work for it that never ran goes with it.
class SimLoop final : public Loop {
  public:
    explicit SimLoop(SimWorld& world) : world_(world), workers_(world) { world.add(*this); }
    SimLoop(const SimLoop&) = delete;
    SimLoop& operator=(const SimLoop&) = delete;
    ~SimLoop() override { world_.forget(*this); }

    void post(Work work) override { world_.post(*this, std::move(work)); }
    bool on_thread() const override { return world_.is_on(*this); }
    Monotonic now() const override { return world_.now(); }
    WallMicros wall_now() const override { return world_.wall_now(); }
    std::uint64_t random() override { return world_.random(); }
    TimerId call_at(Monotonic when, Work work) override;
    void cancel(TimerId timer) override;
    Workers& workers() override { return workers_; }

    SimWorld& world() { return world_; }
    Timers& timers() { return timers_; }
    const Timers& timers() const { return timers_; }

  private:
    SimWorld& world_;
    SimWorkers workers_;
    Timers timers_;
};

}  // namespace loam::io
