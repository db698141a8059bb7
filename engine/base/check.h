#pragma once

#include <source_location>
#include <string_view>

namespace loam {

/// Prints the broken condition and where it stands, then aborts. Thread: any.
[[noreturn]] void check_failed(std::string_view condition, std::source_location where);

}  // namespace loam

/// For what cannot happen unless we have a bug. Stays in release builds and stops the process.
#define LOAM_CHECK(condition)                                                  \
    do {                                                                       \
        if (!(condition)) [[unlikely]]                                         \
            ::loam::check_failed(#condition, std::source_location::current()); \
    } while (false)

/// The same, for conditions too dear to test in a release build.
#ifdef LOAM_DEBUG_CHECKS
#define LOAM_DCHECK(condition) LOAM_CHECK(condition)
#else
#define LOAM_DCHECK(condition)     \
    do {                           \
        (void)sizeof((condition)); \
    } while (false)
#endif
