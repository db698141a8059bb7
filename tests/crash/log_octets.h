#pragma once

#include <string>

#include "tests/crash/sim_store.h"

namespace loam::testing {

/// Holds the log's payloads against what the log says of them: whatever somebody has is whole, and
/// what is said to be erased is zeros. Returns what is wrong; empty: nothing. No store is open on
/// the machine, which need not have ended well.
std::string wrong_octets(SimMachine& machine);

}  // namespace loam::testing
