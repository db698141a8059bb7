#pragma once

#include <string>
#include <vector>

#include "engine/base/result.h"
#include "imapd/syntax/context.h"
#include "imapd/wire/lexer.h"

namespace loam::imap {

inline constexpr std::size_t kEnableNamesMax = 64;

struct EnableArgs {
    std::vector<std::string> capabilities{};  ///< in capitals, unknown ones included; never empty
};

/// ENABLE: RFC 9051 section 6.3.1. Errors: invalid, limit.
Result<EnableArgs> parse_enable(Lexer& lexer, const ParseContext& context);

}  // namespace loam::imap
