#pragma once

#include <optional>

#include "engine/base/result.h"
#include "imapd/syntax/context.h"
#include "imapd/wire/lexer.h"
#include "imapd/wire/numset.h"

namespace loam::imap {

struct ExpungeArgs {
    std::optional<SequenceSet> uids{};  ///< of UID EXPUNGE
};

/// EXPUNGE: RFC 9051 section 6.4.3. UID EXPUNGE: section 6.4.9.
Result<ExpungeArgs> parse_expunge(Lexer& lexer, const ParseContext& context);

}  // namespace loam::imap
