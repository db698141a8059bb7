#pragma once

#include "imapd/wire/mode.h"

namespace loam::imap {

/// What a parser must know besides the octets. Every parse_x is called with the lexer just behind
/// the command's name (before the SP of its arguments) and reads to the end of the command. Errors
/// of all: invalid (BAD), unsupported (NO [CANNOT]: a name that can never be a mailbox), limit (NO
/// [LIMIT]).
struct ParseContext {
    Mode mode = Mode::r1;
    bool by_uid = false;  ///< "UID" stood before the command: its set holds uids
};

}  // namespace loam::imap
