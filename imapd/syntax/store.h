#pragma once

#include <cstdint>
#include <optional>

#include "engine/base/result.h"
#include "imapd/syntax/context.h"
#include "imapd/wire/flags.h"
#include "imapd/wire/lexer.h"
#include "imapd/wire/numset.h"

namespace loam::imap {

struct StoreArgs {
    enum class Change { replace, add, remove };
    SequenceSet set{};
    bool by_uid = false;
    Change change = Change::replace;
    bool silent = false;
    FlagNames flags{};
    std::optional<std::uint64_t>
        unchanged_since{};  ///< 0 is allowed and never holds: RFC 7162 section 3.1.3
};

/// STORE and UID STORE: RFC 9051 sections 6.4.6 and 6.4.9.
Result<StoreArgs> parse_store(Lexer& lexer, const ParseContext& context);

}  // namespace loam::imap
