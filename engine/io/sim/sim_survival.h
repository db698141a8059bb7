#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/io/sim/sim_world.h"

namespace loam::io {

/// What a simulated power cut, or the death of the process alone, leaves of the changes that were
/// not synced.
struct CrashPlan {
    enum class Kind : std::uint8_t {
        random,   ///< each change all, nothing, or each of its sectors by the toss of a coin
        none,     ///< exactly what was synced
        all,      ///< as if everything had been synced
        only,     ///< nothing but change number `only`, whole
        process,  ///< there was no power cut: everything can be read, and is as unsynced as before
    };
    Kind kind = Kind::random;
    std::size_t only = 0;
};

/// Asked about every unsynced change in turn while the power goes.
class Survival {
  public:
    Survival(SimWorld& world, CrashPlan plan) : world_(world), plan_(plan) {}

    /// The next keep() calls are about the pieces of another change.
    void next_change() {
        if (plan_.kind == CrashPlan::Kind::random) fate_ = world_.random_below(3);
        if (plan_.kind == CrashPlan::Kind::only) is_the_one_ = number_ == plan_.only;
        ++number_;
    }
    bool keep() {
        switch (plan_.kind) {
            case CrashPlan::Kind::random:
                return fate_ == 2 ? world_.chance(2) : fate_ == 1;
            case CrashPlan::Kind::none:
                return false;
            case CrashPlan::Kind::all:
            case CrashPlan::Kind::process:
                return true;
            case CrashPlan::Kind::only:
                return is_the_one_;
        }
        return false;
    }

  private:
    SimWorld& world_;
    CrashPlan plan_;
    std::size_t number_ = 0;
    std::uint64_t fate_ = 0;
    bool is_the_one_ = false;
};

}  // namespace loam::io
