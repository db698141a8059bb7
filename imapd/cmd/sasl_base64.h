#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace loam::imap {

/// Base64 of a SASL exchange, RFC 4648 section 4: padded, nothing but the alphabet.
std::string sasl_encode(std::string_view octets);
/// Errors: invalid (another character, wrong padding, left-over bits).
Result<std::string> sasl_decode(std::string_view text);

}  // namespace loam::imap
