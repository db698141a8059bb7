#pragma once

#include "engine/base/result.h"
#include "imapd/syntax/context.h"
#include "imapd/wire/lexer.h"

namespace loam::imap {

struct CompressArgs {};  ///< there is one algorithm

/// COMPRESS: RFC 4978 section 5. Errors: invalid, for an algorithm that nobody knows as well.
Result<CompressArgs> parse_compress(Lexer& lexer, const ParseContext& context);

}  // namespace loam::imap
