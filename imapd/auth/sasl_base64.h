#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace loam::imap {

/// The octets of what base64_of() writes, RFC 4648 section 4: padded, nothing but the alphabet, as
/// a SASL exchange has it. Errors: invalid (another character, wrong padding, left-over bits).
Result<std::string> sasl_decode(std::string_view text);

}  // namespace loam::imap
