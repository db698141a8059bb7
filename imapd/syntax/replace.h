#pragma once

#include "engine/base/result.h"
#include "imapd/syntax/append.h"
#include "imapd/syntax/context.h"
#include "imapd/wire/lexer.h"
#include "imapd/wire/numset.h"

namespace loam::imap {

struct ReplaceHead {
    SequenceSet message{};  ///< one number, or "*"; a uid after "UID"
    AppendHead append{};
};

/// REPLACE and UID REPLACE: RFC 8508 section 5. The message is streamed as APPEND's is.
Result<ReplaceHead> parse_replace_head(Lexer& lexer, const ParseContext& context);

}  // namespace loam::imap
