#pragma once

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <vector>

/// Seeds of a randomised test, so that a long run and a single failure need no other program.
namespace loam::testing {

/// `rounds` seeds from 1 on; LOAM_ROUNDS says another number, LOAM_FROM another first one,
/// LOAM_SEED picks one seed.
inline std::vector<std::uint64_t> seeds_to_run(std::uint64_t rounds) {
    const auto from_environment = [](const char* name, std::uint64_t otherwise) {
        const char* value = std::getenv(name);
        return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
    };
    const std::uint64_t one = from_environment("LOAM_SEED", 0);
    if (one != 0) return {one};
    std::vector<std::uint64_t> seeds(from_environment("LOAM_ROUNDS", rounds));
    std::iota(seeds.begin(), seeds.end(), from_environment("LOAM_FROM", 1));
    return seeds;
}

/// While it lives, a process that ends itself says which seed it was at.
class SeedAtAbort {
  public:
    explicit SeedAtAbort(std::uint64_t seed) {
        seed_ = seed;
        std::signal(SIGABRT, [](int) {
            std::fprintf(stderr, "LOAM_SEED=%llu\n", static_cast<unsigned long long>(seed_));
        });
    }
    SeedAtAbort(const SeedAtAbort&) = delete;
    SeedAtAbort& operator=(const SeedAtAbort&) = delete;
    ~SeedAtAbort() { std::signal(SIGABRT, SIG_DFL); }

  private:
    static inline volatile std::uint64_t seed_ = 0;
};

}  // namespace loam::testing
