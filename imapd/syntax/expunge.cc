#include "imapd/syntax/expunge.h"

namespace loam::imap {

Result<ExpungeArgs> parse_expunge(Lexer& lexer, const ParseContext& context) {
    ExpungeArgs args;
    if (context.by_uid) {
        LOAM_TRY_STATUS(lexer.sp());
        LOAM_TRY(const std::string_view set, lexer.set_text());
        LOAM_TRY(args.uids, parse_sequence_set(set));
    }
    LOAM_TRY_STATUS(lexer.expect_end());
    return args;
}

}  // namespace loam::imap
