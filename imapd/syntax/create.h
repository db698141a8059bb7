#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "imapd/syntax/context.h"
#include "imapd/wire/lexer.h"
#include "imapd/wire/mailbox_name.h"

namespace loam::imap {

/// Special uses a client may ask for: RFC 6154 section 2. One bit each.
enum class SpecialUse : std::uint8_t {
    all = 1U << 0U,
    archive = 1U << 1U,
    drafts = 1U << 2U,
    flagged = 1U << 3U,
    junk = 1U << 4U,
    sent = 1U << 5U,
    trash = 1U << 6U,
};
std::string_view to_string(SpecialUse use);  ///< "\Drafts"

struct CreateArgs {
    MailboxArg mailbox{};      ///< with its trailing separator, if the client wrote one
    std::uint8_t uses = 0;     ///< SpecialUse bits
    bool unknown_use = false;  ///< a use was named that we do not know: NO [USEATTR]
};

/// CREATE: RFC 9051 section 6.3.4, USE of RFC 6154 section 3.
Result<CreateArgs> parse_create(Lexer& lexer, const ParseContext& context);

}  // namespace loam::imap
