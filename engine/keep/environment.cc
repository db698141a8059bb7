#include "engine/keep/environment.h"

#include <cstdlib>

#include <spdlog/spdlog.h>

namespace loam::keep {

void end_process(const Error& error) {
    spdlog::critical("stopping at once: {}", error.what);
    spdlog::default_logger()->flush();
    std::_Exit(EXIT_FAILURE);
}

}  // namespace loam::keep
