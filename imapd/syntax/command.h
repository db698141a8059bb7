#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "imapd/wire/lexer.h"

namespace loam::imap {

/// A tag of a client, octets.
inline constexpr std::size_t kTagBytesMax = 256;

/// How every command begins: tag SP ["UID" SP] name. RFC 9051 section 9, command and uid.
struct CommandHead {
    std::string tag{};
    std::string
        name;  ///< in capitals, "FETCH" for "uid fetch"; which names exist is not asked here
    bool by_uid = false;
};

/// The tag alone, so that a command with a fault behind it can still be answered under its tag.
/// Errors: invalid, limit.
Result<std::string> parse_tag(Lexer& lexer);
/// SP and the name; `head.tag` stays.
Status parse_command_name(Lexer& lexer, CommandHead& head);
/// Both.
Result<CommandHead> parse_command_head(Lexer& lexer);

/// Commands without arguments: CAPABILITY, NOOP, LOGOUT, STARTTLS, NAMESPACE, CHECK, CLOSE,
/// UNSELECT, EXPUNGE, IDLE.
Status parse_no_arguments(Lexer& lexer);
/// The line that ends IDLE: RFC 9051 section 6.3.13.
bool is_idle_done(std::string_view line);

}  // namespace loam::imap
