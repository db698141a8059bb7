#pragma once

#include "engine/base/result.h"
#include "imapd/syntax/context.h"
#include "imapd/wire/lexer.h"
#include "imapd/wire/mailbox_name.h"
#include "imapd/wire/numset.h"

namespace loam::imap {

struct CopyArgs {
    SequenceSet set{};
    bool by_uid = false;
    MailboxArg mailbox{};
};

/// COPY and MOVE: RFC 9051 sections 6.4.7 and 6.4.8; UID COPY and UID MOVE: section 6.4.9.
Result<CopyArgs> parse_copy(Lexer& lexer, const ParseContext& context);

}  // namespace loam::imap
