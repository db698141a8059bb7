#pragma once

#include <string>

#include "engine/base/result.h"

namespace loam::tool {

/// A password: asked for twice at a terminal without showing it, else the first line of standard
/// input. Never from argv, where everybody on the machine could read it. Errors: invalid (empty,
/// the two differ), io.
Result<std::string> read_password();

}  // namespace loam::tool
