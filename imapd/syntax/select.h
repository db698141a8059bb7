#pragma once

#include <cstdint>
#include <optional>

#include "engine/base/result.h"
#include "imapd/syntax/context.h"
#include "imapd/wire/lexer.h"
#include "imapd/wire/mailbox_name.h"
#include "imapd/wire/numset.h"

namespace loam::imap {

/// What a client remembers of a mailbox: RFC 7162 section 3.2.5.
struct QresyncParam {
    struct SeqMatch {
        NumSet seqs{};
        NumSet uids{};  ///< as many as `seqs`
        friend bool operator==(const SeqMatch&, const SeqMatch&) = default;
    };
    std::uint32_t uidvalidity = 0;
    std::uint64_t modseq = 0;
    std::optional<NumSet> known_uids{};
    std::optional<SeqMatch> match{};
    friend bool operator==(const QresyncParam&, const QresyncParam&) = default;
};

struct SelectArgs {
    MailboxArg mailbox{};
    bool condstore = false;
    std::optional<QresyncParam>
        qresync{};  ///< whether QRESYNC was enabled is for the command to ask
};

/// SELECT and EXAMINE: RFC 9051 sections 6.3.2 and 6.3.3, parameters of RFC 4466 section 2.1 and
/// RFC 7162 section 3.1.8.
Result<SelectArgs> parse_select(Lexer& lexer, const ParseContext& context);

}  // namespace loam::imap
