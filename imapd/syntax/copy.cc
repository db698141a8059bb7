#include "imapd/syntax/copy.h"

#include "imapd/syntax/delete.h"

namespace loam::imap {

Result<CopyArgs> parse_copy(Lexer& lexer, const ParseContext& context) {
    CopyArgs args{.by_uid = context.by_uid};
    LOAM_TRY_STATUS(lexer.sp());
    LOAM_TRY(const std::string_view set, lexer.set_text());
    LOAM_TRY(args.set, parse_sequence_set(set));
    LOAM_TRY(args.mailbox, parse_mailbox(lexer, context));
    LOAM_TRY_STATUS(lexer.expect_end());
    return args;
}

}  // namespace loam::imap
