#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "engine/base/result.h"
#include "engine/io/task.h"
#include "imapd/session/session.h"
#include "imapd/wire/command_text.h"

namespace loam::imap {

/// A literal that is thrown away is at most this long; for a longer one the connection ends.
inline constexpr std::uint64_t kDiscardBytesMax = 64U << 20;

/// Reads one command into `text`, asking for argument literals with "+". The literal of a message
/// stays pending: imapd/syntax/append.h.
/// Errors: those of Port::read_line() (limit: answer BAD), and limit where `text` is not empty: the
/// command was too long, all of it has been read away and its tag can be answered.
Task<Status> read_command(Session& session, CommandText& text);

/// Reads away a literal that was announced and not asked for, and the rest of its command. Of a
/// synchronising literal nothing comes. One that is longer than kDiscardBytesMax ends the session
/// with BYE: RFC 7888 section 4. Errors: those of Port, closed among them.
Task<Status> discard_command(Session& session, LiteralSuffix literal);

/// May a literal that is an argument be asked for? `before_bytes`: octets of the command before it.
/// Errors: limit.
Status check_argument_literal(const Session& session, const LiteralSuffix& literal,
                              std::size_t before_bytes);
/// Its octets, which have been asked for. Errors: those of Port.
Task<Result<std::string>> read_argument(Port& port, std::uint64_t size);

/// Largest literal that this session's client may send without waiting for "+": RFC 7888 section 5.
std::uint64_t non_sync_literal_bytes_max(const Session& session);

}  // namespace loam::imap
