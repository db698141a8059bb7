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

// "UTF8" SP "(" literal8, of which the parenthesis and the literal's octets are still to come
Result<bool> accept_utf8(Lexer& lexer) {
    if (!lexer.accept_word("UTF8")) return false;
    LOAM_TRY_STATUS(lexer.sp());
    LOAM_TRY_STATUS(lexer.expect('('));
    return true;
}

Result<LiteralSuffix> message_literal(Lexer& lexer, bool utf8, std::string_view else_expected) {
    if (!lexer.at_pending()) return lexer.expected(else_expected);
    LiteralSuffix literal = lexer.pending();
    if (utf8 && !literal.binary) return lexer.fault("UTF8 wants a literal8, ~{n},");
    return literal;
}

// append-message := [SP flag-list] [SP date-time] SP (literal / literal8 / "UTF8" SP "(" literal8 /
//                   "CATENATE" SP "(")
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
    if (lexer.accept_word("CATENATE")) {
        message.catenate = true;
        LOAM_TRY_STATUS(lexer.sp());
        LOAM_TRY_STATUS(lexer.expect('('));
        return message;
    }
    LOAM_TRY(message.utf8, accept_utf8(lexer));
    LOAM_TRY(message.literal, message_literal(lexer, message.utf8, "flags, a date or a literal"));
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

Result<std::optional<CatenatePart>> parse_catenate_part(Lexer& lexer,
                                                        const CatenatePart* previous) {
    if (previous != nullptr) {
        if (previous->utf8) LOAM_TRY_STATUS(lexer.expect(')'));
        if (lexer.accept(')')) return std::optional<CatenatePart>{};
        LOAM_TRY_STATUS(lexer.sp());
    }
    CatenatePart part;
    if (lexer.accept_word("URL")) {
        part.url = true;
        LOAM_TRY_STATUS(lexer.sp());
        if (lexer.at_pending()) {
            part.literal = lexer.pending();
        } else {
            LOAM_TRY(part.address, lexer.astring());
        }
        return std::optional{std::move(part)};
    }
    LOAM_TRY(part.utf8, accept_utf8(lexer));
    if (!part.utf8) {
        if (!lexer.accept_word("TEXT")) return lexer.expected("TEXT or URL");
        LOAM_TRY_STATUS(lexer.sp());
    }
    LOAM_TRY(part.literal, message_literal(lexer, part.utf8, "a literal"));
    return std::optional{std::move(part)};
}

}  // namespace loam::imap
