#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/mail/structure.h"

namespace loam::mail {

/// Parameters read of one field, and the longest value.
inline constexpr std::size_t kParamsMax = 200;
inline constexpr std::size_t kParamValueBytesMax = 32U << 10;
/// The longest type, subtype, encoding or disposition; a longer one is malformed.
inline constexpr std::size_t kTokenBytesMax = 127;

/// Reads the Content-* fields of a header block into `part`: RFC 2045, 2183, 3282, 2557. The first
/// of several fields of one name counts. What is absent or makes no sense takes its default.
void read_content_fields(std::string_view block, bool in_digest, Part& part);

/// Reads "; name=value" pairs to the end of a field body, RFC 2231 forms joined and decoded.
/// Sets `malformed` where the text broke the grammar.
std::vector<Param> parse_params(std::string_view text, bool& malformed);

}  // namespace loam::mail
