#include "imapd/syntax/login.h"

namespace loam::imap {

Result<LoginArgs> parse_login(Lexer& lexer, const ParseContext& /*context*/) {
    LoginArgs args;
    LOAM_TRY_STATUS(lexer.sp());
    LOAM_TRY(args.user, lexer.astring());
    LOAM_TRY_STATUS(lexer.sp());
    LOAM_TRY(args.password, lexer.astring());
    LOAM_TRY_STATUS(lexer.expect_end());
    return args;
}

}  // namespace loam::imap
