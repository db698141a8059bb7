#include "bench/load/statistics.h"

#include <gtest/gtest.h>

namespace loam::load {
namespace {

TEST(Statistics, TakesPercentilesByNearestRank) {
    std::vector<double> times;
    for (int i = 100; i >= 1; --i)
        times.push_back(i);
    const Summary summary = summarise(times);
    EXPECT_EQ(summary.count, 100U);
    EXPECT_DOUBLE_EQ(summary.mean_ms, 50.5);
    EXPECT_DOUBLE_EQ(summary.p50_ms, 50);
    EXPECT_DOUBLE_EQ(summary.p95_ms, 95);
    EXPECT_DOUBLE_EQ(summary.p99_ms, 99);
    EXPECT_DOUBLE_EQ(summary.max_ms, 100);
}

TEST(Statistics, OfFewValuesAreValuesOfTheSeries) {
    EXPECT_DOUBLE_EQ(summarise({7}).p50_ms, 7);
    EXPECT_DOUBLE_EQ(summarise({7, 9}).p50_ms, 7);
    EXPECT_DOUBLE_EQ(summarise({7, 9}).p99_ms, 9);
    EXPECT_EQ(summarise({}).count, 0U);
    EXPECT_DOUBLE_EQ(summarise({}).max_ms, 0);
}

}  // namespace
}  // namespace loam::load
