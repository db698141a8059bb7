#include "imapd/syntax/append.h"

#include <utility>

#include "imapd/syntax/command.h"

namespace loam::imap {
namespace {

// DQUOTE date-time DQUOTE
Result<DateTime> parse_quoted_date(Lexer& lexer) {
    const Lexer start = lexer;
    LOAM_TRY(const std::string text, lexer.quoted());
    const auto date = parse_date_time(text);
    if (!date) return start.expected("a date and time");
    return *date;
}

// append-message := [SP flag-list] [SP date-time] SP (literal / literal8 / "UTF8" SP "(" literal8)
Result<AppendMessage> parse_message(Lexer& lexer) {
    AppendMessage message;
    LOAM_TRY_STATUS(lexer.sp());
    if (lexer.peek() == '(') {
        LOAM_TRY(message.flags, parse_flag_list(lexer));
        LOAM_TRY_STATUS(lexer.sp());
    }
    if (lexer.peek() == '"') {
        LOAM_TRY(message.date, parse_quoted_date(lexer));
        LOAM_TRY_STATUS(lexer.sp());
    }
    if (lexer.accept_word("UTF8")) {
        message.utf8 = true;
        LOAM_TRY_STATUS(lexer.sp());
        LOAM_TRY_STATUS(lexer.expect('('));
    }
    if (!lexer.at_pending()) return lexer.expected("flags, a date or a literal");
    message.literal = lexer.pending();
    if (message.utf8 && !message.literal.binary) return lexer.fault("UTF8 wants a literal8, ~{n},");
    return message;
}

}  // namespace

bool append_awaits_message(const CommandText& text) {
    if (!text.pending()) return false;
    Lexer lexer(text);
    const auto head = parse_command_head(lexer);
    const bool replaces = head && head->name == "REPLACE";
    if (!replaces && (!head || head->by_uid || head->name != "APPEND")) return false;
    // A fault before the mailbox: whatever the literal is, nobody asks for it.
    if (replaces && (!lexer.accept(' ') || !lexer.set_text())) return true;
    // Only the mailbox may be a literal that is no message.
    return !(lexer.accept(' ') && lexer.at_pending());
}

Result<AppendHead> parse_append_head(Lexer& lexer, const ParseContext& context) {
    AppendHead head;
    LOAM_TRY_STATUS(lexer.sp());
    LOAM_TRY(const std::string octets, lexer.astring());
    LOAM_TRY(head.message, parse_message(lexer));
    // Last, so that a fault of the grammar is told before a name that only cannot be.
    LOAM_TRY(head.mailbox, mailbox_from_wire(octets, context.mode));
    return head;
}

Result<std::optional<AppendMessage>> parse_append_next(Lexer& lexer, bool previous_utf8) {
    if (previous_utf8) LOAM_TRY_STATUS(lexer.expect(')'));
    if (lexer.at_end()) return std::optional<AppendMessage>{};
    LOAM_TRY(AppendMessage message, parse_message(lexer));
    return std::optional{std::move(message)};
}

}  // namespace loam::imap
