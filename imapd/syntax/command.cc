#include "imapd/syntax/command.h"

#include "imapd/wire/chars.h"

namespace loam::imap {

Result<std::string> parse_tag(Lexer& lexer) {
    LOAM_TRY(const std::string_view tag, lexer.tag());
    if (tag.size() > kTagBytesMax) return fail(Errc::limit, "tag: too long");
    // "a+b" is no tag with something behind it: an answer to "a" would be nobody's.
    if (!lexer.at_end() && lexer.peek() != ' ') return lexer.expected("a tag");
    return std::string(tag);
}

Status parse_command_name(Lexer& lexer, CommandHead& head) {
    LOAM_TRY_STATUS(lexer.sp());
    head.by_uid = lexer.accept_word("UID");
    if (head.by_uid) LOAM_TRY_STATUS(lexer.sp());
    LOAM_TRY(const std::string_view name, lexer.atom());
    head.name = ascii_upper(name);
    return Status::good();
}

Result<CommandHead> parse_command_head(Lexer& lexer) {
    CommandHead head;
    LOAM_TRY(head.tag, parse_tag(lexer));
    LOAM_TRY_STATUS(parse_command_name(lexer, head));
    return head;
}

Status parse_no_arguments(Lexer& lexer) {
    return lexer.expect_end();
}

bool is_idle_done(std::string_view line) {
    return ascii_iequals(line, "DONE");
}

}  // namespace loam::imap
