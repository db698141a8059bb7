#pragma once

#include <string>

#include "engine/base/result.h"
#include "imapd/syntax/context.h"
#include "imapd/wire/lexer.h"

namespace loam::imap {

struct LoginArgs {
    std::string user{};
    std::string password{};  ///< never logged
};

/// LOGIN: RFC 9051 section 6.2.3.
Result<LoginArgs> parse_login(Lexer& lexer, const ParseContext& context);

}  // namespace loam::imap
