#pragma once

#include <cstddef>
#include <vector>

namespace loam::load {

/// A series of times, milliseconds, in numbers. All zero when the series is empty.
struct Summary {
    std::size_t count = 0;
    double mean_ms = 0;
    double p50_ms = 0;
    double p95_ms = 0;
    double p99_ms = 0;
    double max_ms = 0;
};

/// Percentiles by nearest rank: the smallest value that at least that part of the series does not
/// pass.
Summary summarise(std::vector<double> times_ms);

}  // namespace loam::load
