#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "imapd/syntax/context.h"
#include "imapd/wire/lexer.h"
#include "imapd/wire/mailbox_name.h"

namespace loam::imap {

inline constexpr std::size_t kQuotaResourcesMax = 32;

struct GetQuotaArgs {
    std::string root{};  ///< opaque; may be empty
};
struct GetQuotaRootArgs {
    MailboxArg mailbox{};
};
struct SetQuotaArgs {
    struct Limit {
        std::string resource{};  ///< in capitals: "STORAGE"
        std::uint64_t limit = 0;
        friend bool operator==(const Limit&, const Limit&) = default;
    };
    std::string root{};
    std::vector<Limit> limits{};  ///< each resource once; may be empty: no limits any more
};

/// RFC 9208 sections 4.1.1, 4.1.2, 4.1.3 and 7.
Result<GetQuotaArgs> parse_getquota(Lexer& lexer, const ParseContext& context);
Result<GetQuotaRootArgs> parse_getquotaroot(Lexer& lexer, const ParseContext& context);
Result<SetQuotaArgs> parse_setquota(Lexer& lexer, const ParseContext& context);

}  // namespace loam::imap
