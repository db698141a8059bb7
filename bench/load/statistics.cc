#include "bench/load/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace loam::load {

namespace {

double percentile(const std::vector<double>& sorted, double part) {
    const auto rank =
        static_cast<std::size_t>(std::ceil(part * static_cast<double>(sorted.size())));
    return sorted[std::max<std::size_t>(rank, 1) - 1];
}

}  // namespace

Summary summarise(std::vector<double> times_ms) {
    if (times_ms.empty()) return {};
    std::ranges::sort(times_ms);
    const double sum = std::accumulate(times_ms.begin(), times_ms.end(), 0.0);
    return {.count = times_ms.size(),
            .mean_ms = sum / static_cast<double>(times_ms.size()),
            .p50_ms = percentile(times_ms, 0.50),
            .p95_ms = percentile(times_ms, 0.95),
            .p99_ms = percentile(times_ms, 0.99),
            .max_ms = times_ms.back()};
}

}  // namespace loam::load
