#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/result.h"
#include "imapd/syntax/context.h"
#include "imapd/wire/lexer.h"

namespace loam::imap {

/// RFC 2971 section 3.3.
inline constexpr std::size_t kIdFieldsMax = 30;
inline constexpr std::size_t kIdFieldBytesMax = 30;
inline constexpr std::size_t kIdValueBytesMax = 1024;

struct IdArgs {
    std::vector<std::pair<std::string, std::optional<std::string>>> fields{};  ///< empty for NIL
};

/// ID: RFC 2971 section 4. Errors: invalid, limit.
Result<IdArgs> parse_id(Lexer& lexer, const ParseContext& context);

}  // namespace loam::imap
