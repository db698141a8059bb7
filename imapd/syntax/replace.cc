#include "imapd/syntax/replace.h"

namespace loam::imap {

Result<ReplaceHead> parse_replace_head(Lexer& lexer, const ParseContext& context) {
    ReplaceHead head;
    LOAM_TRY_STATUS(lexer.sp());
    const Lexer start = lexer;
    LOAM_TRY(const std::string_view text, lexer.set_text());
    if (text.find_first_of(",:$") != std::string_view::npos) return start.expected("one message");
    LOAM_TRY(head.message, parse_sequence_set(text));
    LOAM_TRY(head.append, parse_append_head(lexer, context));
    return head;
}

}  // namespace loam::imap
