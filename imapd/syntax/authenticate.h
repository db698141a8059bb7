#pragma once

#include <optional>
#include <string>

#include "engine/base/result.h"
#include "imapd/syntax/context.h"
#include "imapd/wire/lexer.h"

namespace loam::imap {

struct AuthenticateArgs {
    std::string mechanism{};  ///< in capitals
    std::optional<std::string>
        initial;  ///< base64 as it came; "" where the client wrote "="; never logged
};

/// AUTHENTICATE: RFC 9051 section 6.2.2, with the initial response of RFC 4959 section 3. Checks
/// the alphabet of the base64, not its sense.
Result<AuthenticateArgs> parse_authenticate(Lexer& lexer, const ParseContext& context);

}  // namespace loam::imap
