#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"

/// Modified UTF-7, the spelling of mailbox names for IMAP4rev1: RFC 3501 section 5.1.3, RFC 9051
/// appendix A.1. Pure; any thread.
namespace loam::imap {

/// `utf8` is well-formed. Printable ASCII stays, "&" becomes "&-", all else is shifted.
std::string encode_mutf7(std::string_view utf8);

/// The only inverse: what decodes, encodes to the same octets again. Errors: unsupported, for a
/// bare "&", a shift that does not end or encodes what needs none, a superfluous shift, lone
/// surrogates, left-over bits, and octets that are not printable ASCII.
Result<std::string> decode_mutf7(std::string_view text);

}  // namespace loam::imap
