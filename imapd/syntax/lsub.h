#pragma once

#include <optional>
#include <string>

#include "engine/base/result.h"
#include "imapd/syntax/context.h"
#include "imapd/wire/lexer.h"

namespace loam::imap {

struct LsubArgs {
    bool wants_separator = false;          ///< LSUB ref ""
    std::optional<std::string> pattern{};  ///< canonical; nullopt: it can match nothing
};

/// LSUB: RFC 3501 section 6.3.9.
Result<LsubArgs> parse_lsub(Lexer& lexer, const ParseContext& context);

}  // namespace loam::imap
