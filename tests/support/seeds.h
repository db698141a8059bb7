#pragma once

#include <cstdint>
#include <cstdlib>
#include <numeric>
#include <vector>

/// Seeds of a randomised test, so that a long run and a single failure need no other program.
namespace loam::testing {

/// 1 to `rounds`; LOAM_ROUNDS says another number, LOAM_SEED picks one seed.
inline std::vector<std::uint64_t> seeds_to_run(std::uint64_t rounds) {
    const auto from_environment = [](const char* name, std::uint64_t otherwise) {
        const char* value = std::getenv(name);
        return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
    };
    const std::uint64_t one = from_environment("LOAM_SEED", 0);
    if (one != 0) return {one};
    std::vector<std::uint64_t> seeds(from_environment("LOAM_ROUNDS", rounds));
    std::iota(seeds.begin(), seeds.end(), 1);
    return seeds;
}

}  // namespace loam::testing
