#pragma once

#include "engine/base/result.h"
#include "imapd/syntax/context.h"
#include "imapd/wire/lexer.h"
#include "imapd/wire/mailbox_name.h"

namespace loam::imap {

struct SubscribeArgs {
    MailboxArg mailbox{};
};

/// SUBSCRIBE and UNSUBSCRIBE: RFC 9051 sections 6.3.7 and 6.3.8.
Result<SubscribeArgs> parse_subscribe(Lexer& lexer, const ParseContext& context);

}  // namespace loam::imap
