#pragma once

#include "imapd/ops/config.h"

namespace loam::ops {

/// Sends what is logged to standard error, in the form and from the level on that the configuration
/// says.
void start_logging(const Config& config);

}  // namespace loam::ops
