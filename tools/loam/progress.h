#pragma once

#include <chrono>
#include <cstdint>

namespace loam::tool {

/// A line on standard error with a bar, the rate and the time left, redrawn in place; nothing where
/// that is no terminal.
class Progress {
  public:
    explicit Progress(std::uint64_t octets_total);
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress();  ///< takes the line away
    void advance(std::uint64_t messages, std::uint64_t octets);

  private:
    void draw();
    using Clock = std::chrono::steady_clock;
    const bool shown_;
    const std::uint64_t total_;
    const Clock::time_point start_ = Clock::now();
    Clock::time_point drawn_;
    std::uint64_t messages_ = 0;
    std::uint64_t octets_ = 0;
};

}  // namespace loam::tool
