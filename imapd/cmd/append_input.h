#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/api/upload.h"
#include "engine/base/result.h"
#include "engine/io/task.h"
#include "imapd/cmd/command.h"
#include "imapd/session/session.h"
#include "imapd/wire/command_text.h"
#include "imapd/wire/lexer.h"

namespace loam::imap {

/// The text of an APPEND or REPLACE around the octets of its messages, of which one line at a time
/// is kept. Always truly says what is still to come, so a command may end anywhere: what was not
/// asked for is then thrown away. Lifetime: borrows the session and the command.
class AppendInput {
  public:
    AppendInput(Session& session, Command& command)
        : session_(session), command_(command), lexer_(&command.lexer) {}
    AppendInput(const AppendInput&) = delete;
    AppendInput& operator=(const AppendInput&) = delete;

    Session& session() const { return session_; }
    const ParseContext& context() const { return command_.context; }
    /// Stands in the line that was read last.
    Lexer& lexer() { return *lexer_; }

    /// The pending literal goes into `upload`, all of it, even when the upload fails on the way:
    /// only then is the client's next octet a command again. Then the next line is read. `stored`,
    /// if it is good, becomes what the upload says: invalid for a NUL unless the literal is a
    /// literal8. Errors: those of Port.
    Task<Status> take_literal(Upload& upload, Status& stored);
    /// The pending literal, an argument, and the next line after it. Errors: limit (it is not asked
    /// for), those of Port.
    Task<Result<std::string>> take_argument();

    /// Set where a URL is why the message is refused: RFC 4469 section 4.1.
    std::optional<std::string> bad_url{};

  private:
    LiteralSuffix ask();
    Task<Status> read_line();

    Session& session_;
    Command& command_;
    CommandText text_;  // of lines after the first
    std::optional<Lexer> own_lexer_;
    Lexer* lexer_;
};

}  // namespace loam::imap
