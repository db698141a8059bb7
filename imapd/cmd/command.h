#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/base/result.h"
#include "engine/io/task.h"
#include "imapd/session/reply.h"
#include "imapd/session/session.h"
#include "imapd/syntax/context.h"
#include "imapd/wire/command_text.h"
#include "imapd/wire/lexer.h"

namespace loam::imap {

/// One command on its way: the lexer stands behind the name.
struct Command {
    Lexer lexer;
    ParseContext context;
    /// A message literal that nobody has read. Whoever reads it takes it down; what is left is
    /// thrown away after the command.
    std::optional<LiteralSuffix> pending;
};

/// Parses the arguments and runs the command. Errors become a tagged answer by reply_for().
using RunCommand = Task<Result<Reply>> (*)(Session& session, Command& command);

/// In which states a command is allowed: RFC 9051 sections 3.1 to 3.4.
enum class When : std::uint8_t {
    always,
    before_login,
    after_login,
    selected,
};

/// One row of the table of commands.
struct CommandRow {
    std::string_view name;
    RunCommand run = nullptr;
    When when = When::always;
    /// "UID" may stand before it.
    bool uid_form = false;
    /// Without UID before it, it names messages by their numbers, so there is no such form of it
    /// after ENABLE UIDONLY: RFC 9586 sections 3.2 and 3.8.
    bool by_numbers = false;
    /// RFC 9051 section 7.5.1: without UID before it, it may not be interrupted by EXPUNGE.
    bool holds_numbers = false;
    /// Removed in IMAP4rev2; what to use instead stands in the answer.
    std::string_view replaced_by = {};
    /// For anybody else there is no such command.
    bool administrators_only = false;
};

/// Null: there is no such command. `name` is in capitals.
const CommandRow* find_command(std::string_view name);

}  // namespace loam::imap
