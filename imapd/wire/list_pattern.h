#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "imapd/wire/mode.h"

namespace loam::imap {

/// Reference and pattern of LIST or LSUB as one canonical pattern: RFC 9051 section 6.3.9. Each is
/// decoded by itself, so no wildcard is taken for part of a shifted run; they are joined as they
/// stand, without a separator. nullopt: undecodable, so it can match nothing, which is no error.
/// Errors: limit.
Result<std::optional<std::string>> canonical_pattern(std::string_view reference,
                                                     std::string_view pattern, Mode mode);

/// "*" matches any octets, "%" any but "/". Both arguments are canonical. Time is at most the
/// product of the lengths.
bool matches_pattern(std::string_view pattern, std::string_view name);

}  // namespace loam::imap
