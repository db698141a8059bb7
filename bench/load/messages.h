#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace loam::load {

/// `text` with CRLF where it had a LF alone. A CR alone stays.
std::string with_crlf(std::string_view text);

/// `message` as it goes after DATA: dots doubled at line starts, an end of line, the final dot.
/// RFC 5321 section 4.5.2.
std::string dot_stuffed(std::string_view message);

/// Every file below `folder`, sorted by path, one message each, CRLF line ends.
/// Errors: io; not_found when there is none; invalid for a NUL, which APPEND may not carry.
Result<std::vector<std::string>> load_messages(const std::filesystem::path& folder);

}  // namespace loam::load
