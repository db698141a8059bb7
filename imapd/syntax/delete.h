#pragma once

#include "engine/base/result.h"
#include "imapd/syntax/context.h"
#include "imapd/wire/lexer.h"
#include "imapd/wire/mailbox_name.h"

namespace loam::imap {

struct DeleteArgs {
    MailboxArg mailbox{};
};

/// DELETE: RFC 9051 section 6.3.5.
Result<DeleteArgs> parse_delete(Lexer& lexer, const ParseContext& context);

/// SP mailbox, for every command that names one. Errors: invalid, unsupported, limit; see
/// mailbox_name.h.
Result<MailboxArg> parse_mailbox(Lexer& lexer, const ParseContext& context);

}  // namespace loam::imap
