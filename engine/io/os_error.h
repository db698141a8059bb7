#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace loam::io {

/// An errno as an Error: "open /path: No such file or directory". Codes: not_found, exists,
/// no_room, else io.
Error os_error(int error, std::string_view action, std::string_view path);

}  // namespace loam::io
