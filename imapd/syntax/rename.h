#pragma once

#include "engine/base/result.h"
#include "imapd/syntax/context.h"
#include "imapd/wire/lexer.h"
#include "imapd/wire/mailbox_name.h"

namespace loam::imap {

struct RenameArgs {
    MailboxArg from{};
    MailboxArg to{};
};

/// RENAME: RFC 9051 section 6.3.6.
Result<RenameArgs> parse_rename(Lexer& lexer, const ParseContext& context);

}  // namespace loam::imap
