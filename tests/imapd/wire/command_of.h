#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "imapd/wire/command_text.h"

namespace loam::imap {

/// What a connection does, on octets that are all here: lines end with CRLF, literals follow their
/// lines. The last line needs no CRLF; when the octets end behind the announcement of a literal,
/// that literal stays pending.
inline Result<CommandText> command_of(std::string_view octets) {
    CommandText text;
    while (true) {
        const std::size_t end = octets.find("\r\n");
        LOAM_TRY(const auto literal, text.add_line(octets.substr(0, end)));
        if (end == std::string_view::npos || !literal) return text;
        octets.remove_prefix(end + 2);
        if (octets.size() < literal->size_bytes || octets.empty()) return text;
        LOAM_TRY_STATUS(text.add_literal(std::string(octets.substr(0, literal->size_bytes))));
        octets.remove_prefix(literal->size_bytes);
    }
}

}  // namespace loam::imap
