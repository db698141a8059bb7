#include "imapd/syntax/lsub.h"

#include "imapd/wire/list_pattern.h"

namespace loam::imap {

Result<LsubArgs> parse_lsub(Lexer& lexer, const ParseContext& context) {
    LsubArgs args;
    LOAM_TRY_STATUS(lexer.sp());
    LOAM_TRY(const std::string reference, lexer.astring());
    LOAM_TRY_STATUS(lexer.sp());
    LOAM_TRY(const std::string pattern, lexer.list_mailbox());
    LOAM_TRY_STATUS(lexer.expect_end());
    args.wants_separator = pattern.empty();
    if (!args.wants_separator) {
        LOAM_TRY(args.pattern, canonical_pattern(reference, pattern, context.mode));
    }
    return args;
}

}  // namespace loam::imap
