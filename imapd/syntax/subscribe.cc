#include "imapd/syntax/subscribe.h"

#include "imapd/syntax/delete.h"

namespace loam::imap {

Result<SubscribeArgs> parse_subscribe(Lexer& lexer, const ParseContext& context) {
    SubscribeArgs args;
    LOAM_TRY(args.mailbox, parse_mailbox(lexer, context));
    LOAM_TRY_STATUS(lexer.expect_end());
    return args;
}

}  // namespace loam::imap
