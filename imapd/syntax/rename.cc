#include "imapd/syntax/rename.h"

#include "imapd/syntax/delete.h"

namespace loam::imap {

Result<RenameArgs> parse_rename(Lexer& lexer, const ParseContext& context) {
    RenameArgs args;
    LOAM_TRY(args.from, parse_mailbox(lexer, context));
    LOAM_TRY(args.to, parse_mailbox(lexer, context));
    LOAM_TRY_STATUS(lexer.expect_end());
    return args;
}

}  // namespace loam::imap
