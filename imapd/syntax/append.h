#pragma once

#include <optional>

#include "engine/base/result.h"
#include "imapd/syntax/context.h"
#include "imapd/wire/command_text.h"
#include "imapd/wire/date.h"
#include "imapd/wire/flags.h"
#include "imapd/wire/lexer.h"
#include "imapd/wire/mailbox_name.h"

/// APPEND, MULTIAPPEND and CATENATE, whose messages are streamed: RFC 9051 section 6.3.12, RFC
/// 3502, RFC 4469 section 5.
///
/// The connection reads lines and argument literals into a CommandText until a literal is pending
/// for which append_awaits_message() holds, and stops there. run_append then
///   1. calls parse_append_head, which ends at the pending literal, or behind "CATENATE (": the
///   parts are then read by parse_catenate_part;
///   2. answers "+" unless the literal is non_sync, and streams message.literal.size_bytes octets;
///   3. reads the next line into a fresh CommandText and calls parse_append_next: another message,
///   back to 2, or the end.
namespace loam::imap {

/// Messages in one command, and parts that are catenated in one command.
inline constexpr std::size_t kAppendMessagesMax = 1000;
inline constexpr std::size_t kCatenatePartsMax = 10'000;

/// What stands before one message.
struct AppendMessage {
    FlagNames flags{};
    std::optional<DateTime> date{};  ///< INTERNALDATE; nullopt: now
    LiteralSuffix literal{};         ///< its size and kind; `binary` permits NUL
    bool utf8 = false;  ///< UTF8 (~{n}: RFC 6855 section 4; its ")" is read by parse_append_next
    bool catenate = false;  ///< no literal but parts
    friend bool operator==(const AppendMessage&, const AppendMessage&) = default;
};

/// A part of a message that is catenated: RFC 4469 section 5, RFC 6855 section 4.
struct CatenatePart {
    bool url = false;
    std::string address{};                   ///< of a URL, unless it is the pending literal
    std::optional<LiteralSuffix> literal{};  ///< text, or the URL that is on its way
    bool utf8 = false;                       ///< as AppendMessage has it
    friend bool operator==(const CatenatePart&, const CatenatePart&) = default;
};

struct AppendHead {
    MailboxArg mailbox{};
    AppendMessage message{};
};

/// `text` has a pending literal: is it the message of an APPEND or REPLACE (or what a faulty APPEND
/// has in its place), rather than an argument? Never fails: faults show in parse_append_head.
bool append_awaits_message(const CommandText& text);

/// The lexer stands behind "APPEND".
Result<AppendHead> parse_append_head(Lexer& lexer, const ParseContext& context);

/// What follows the octets of a message: nothing (nullopt), or SP and the next one up to its
/// pending literal. `previous_utf8` is the `utf8` of the message before.
Result<std::optional<AppendMessage>> parse_append_next(Lexer& lexer, bool previous_utf8);

/// The next part, up to its pending literal if it has one. `previous` is null for the first.
/// Nullopt: the parts are closed, and parse_append_next goes on.
Result<std::optional<CatenatePart>> parse_catenate_part(Lexer& lexer, const CatenatePart* previous);

}  // namespace loam::imap
