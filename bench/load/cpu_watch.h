#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

namespace loam::load {

/// What some processes used up to one moment.
struct Usage {
    double cpu_seconds = 0;            ///< user and system, living and reaped, all threads
    std::uint64_t peak_rss_bytes = 0;  ///< sum of each living process's own peak
    std::uint64_t pss_bytes =
        0;                      ///< now, shared pages divided among their users; 0 if not readable
    std::size_t processes = 0;  ///< living ones
};

/// Watches server processes through /proc: those given with all their descendants, and those of
/// given names. A descendant that ended counts through its parent, if the parent waited for it.
class CpuWatch {
  public:
    CpuWatch(std::vector<pid_t> roots, std::vector<std::string> names)
        : roots_(std::move(roots)), names_(std::move(names)) {}

    bool watches_anything() const { return !roots_.empty() || !names_.empty(); }
    Usage sample() const;
    /// Starts peaks anew, where the kernel lets us.
    void reset_peaks() const;

  private:
    std::vector<pid_t> members() const;

    std::vector<pid_t> roots_;
    std::vector<std::string> names_;
};

/// User and system time of this process so far, seconds.
double own_cpu_seconds();

}  // namespace loam::load
