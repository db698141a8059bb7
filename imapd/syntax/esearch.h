#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "imapd/syntax/context.h"
#include "imapd/syntax/search.h"
#include "imapd/wire/lexer.h"

namespace loam::imap {

/// Names in the source options of one ESEARCH.
inline constexpr std::size_t kSourceNamesMax = 1000;

/// Mailboxes to be searched: RFC 7377 section 2.2, RFC 5465 sections 6.2 to 6.6.
struct MailboxSource {
    enum class Kind : std::uint8_t {
        personal,  ///< all; "inboxes" as well, since mail may be delivered to any
        subscribed,
        subtree,      ///< `names` and all below
        subtree_one,  ///< `names` and one level below
        mailboxes,    ///< `names`
    };
    Kind kind = Kind::personal;
    std::vector<std::string> names{};  ///< canonical; no wildcards in them
    bool takes(std::string_view name, bool subscribed) const;
};

struct EsearchArgs {
    SearchArgs search{};    ///< by uid
    bool selected = false;  ///< the selected mailbox is among the sources, or there are none
    std::vector<MailboxSource> sources{};  ///< the others
};

/// ESEARCH: RFC 7377 section 4. Errors: invalid (SAVE with other sources, section 2.2), limit, and
/// those of names.
Result<EsearchArgs> parse_esearch(Lexer& lexer, const ParseContext& context);

}  // namespace loam::imap
