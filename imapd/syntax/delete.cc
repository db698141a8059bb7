#include "imapd/syntax/delete.h"

namespace loam::imap {

Result<MailboxArg> parse_mailbox(Lexer& lexer, const ParseContext& context) {
    LOAM_TRY_STATUS(lexer.sp());
    LOAM_TRY(const std::string octets, lexer.astring());
    return mailbox_from_wire(octets, context.mode);
}

Result<DeleteArgs> parse_delete(Lexer& lexer, const ParseContext& context) {
    DeleteArgs args;
    LOAM_TRY(args.mailbox, parse_mailbox(lexer, context));
    LOAM_TRY_STATUS(lexer.expect_end());
    return args;
}

}  // namespace loam::imap
