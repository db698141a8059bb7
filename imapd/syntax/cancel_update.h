#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "imapd/syntax/context.h"
#include "imapd/wire/lexer.h"

namespace loam::imap {

/// Tags in one command.
inline constexpr std::size_t kCancelTagsMax = 64;

struct CancelUpdateArgs {
    std::vector<std::string> tags{};  ///< at least one
};

/// CANCELUPDATE: RFC 5267 section 5.
Result<CancelUpdateArgs> parse_cancelupdate(Lexer& lexer, const ParseContext& context);

}  // namespace loam::imap
