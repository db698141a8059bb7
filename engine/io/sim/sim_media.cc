#include "engine/io/sim/sim_media.h"

#include <utility>

namespace loam::io {

void SimMedia::crash(CrashPlan plan) {
    if (plan.kind == CrashPlan::Kind::process) {
        tree.end_all();
    } else {
        Survival survival(world_, plan);
        tree.crash(survival);
    }
    faults.restart();
    ++generation_;
    for (const Parked& parked : std::exchange(parked_, {})) {
        parked.loop->post([handle = parked.handle] { handle.resume(); });
    }
}

Status SimMedia::flip(const std::string& path, std::uint64_t offset, unsigned bit) {
    LOAM_TRY(const SimTree::Node node, tree.find_file(path));
    node->flip(offset, bit);
    return Status::good();
}

}  // namespace loam::io
