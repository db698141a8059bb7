#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "imapd/syntax/context.h"
#include "imapd/wire/lexer.h"

namespace loam::imap {

/// Ranges in one command.
inline constexpr std::size_t kLanguageRangesMax = 32;

struct LanguageArgs {
    std::vector<std::string> ranges{};  ///< in lower case; none: which languages are there?
};

/// LANGUAGE: RFC 5255 section 3.5.
Result<LanguageArgs> parse_language(Lexer& lexer, const ParseContext& context);

}  // namespace loam::imap
