#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "engine/api/mailbox.h"
#include "imapd/wire/flags.h"

/// Flags between the engine's bits and IMAP's names: RFC 9051 section 2.3.2.
namespace loam::imap {

/// Wire bits (SystemFlag) to engine bits (Flag), and one SystemFlag alone.
std::uint8_t engine_flags(std::uint8_t system_flags);

/// "(\Seen \Recent $Junk)" of one message. `names` is the mailbox's table of keywords.
void append_flags(std::string& out, const MessageRow& row, std::span<const std::string> names,
                  bool recent);

/// All flags that messages of the mailbox can have by now, for FLAGS and PERMANENTFLAGS.
FlagNames defined_flags(std::span<const std::string> keywords);

/// What a client wants to set, as the engine takes it.
FlagChange flag_change(FlagChange::How how, const FlagNames& flags);

}  // namespace loam::imap
