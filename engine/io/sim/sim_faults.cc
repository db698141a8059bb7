#include "engine/io/sim/sim_faults.h"

namespace loam::io {

SimFaults::Verdict SimFaults::next(DiskOp kind) {
    if (!power_) return {.fate = Fate::off};
    const std::uint64_t number = operations_++;
    if (number == crash_at_) {
        power_ = false;
        return {.fate = Fate::cut};
    }
    if (const auto found = at_.find(number); found != at_.end()) return found->second;
    for (auto planned = next_.begin(); planned != next_.end(); ++planned) {
        if (planned->kind != kind) continue;
        if (planned->skip > 0) {
            --planned->skip;
            continue;
        }
        const Verdict verdict = planned->verdict;
        next_.erase(planned);
        return verdict;
    }
    return {};
}

void SimFaults::restart() {
    power_ = true;
    crash_at_ = std::numeric_limits<std::uint64_t>::max();
    at_.clear();
    next_.clear();
}

}  // namespace loam::io
