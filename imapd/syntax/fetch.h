#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "imapd/syntax/context.h"
#include "imapd/syntax/search_return.h"
#include "imapd/syntax/section.h"
#include "imapd/wire/lexer.h"
#include "imapd/wire/numset.h"

namespace loam::imap {

/// Items of one FETCH, after macros.
inline constexpr std::size_t kFetchItemsMax = 256;

enum class FetchKind {
    envelope,
    flags,
    internal_date,
    size,  ///< RFC822.SIZE
    body,  ///< BODY without a section: the structure without extension data
    body_structure,
    uid,
    modseq,        ///< RFC 7162 section 3.1.4
    email_id,      ///< RFC 8474 section 5
    thread_id,     ///< RFC 8474 section 5
    save_date,     ///< RFC 8514 section 4.2
    preview,       ///< RFC 8970 section 3
    preview_lazy,  ///< RFC 8970 section 4
    rfc822,        ///< RFC 3501 section 6.4.5, and the next two
    rfc822_header,
    rfc822_text,
    section,      ///< BODY[...]
    binary,       ///< BINARY[...]
    binary_size,  ///< BINARY.SIZE[...]
};

struct FetchItem {
    FetchKind kind = FetchKind::flags;
    bool peek = false;                 ///< BODY.PEEK, BINARY.PEEK
    SectionSpec section{};             ///< of section, binary and binary_size
    std::optional<Partial> partial{};  ///< of section and binary
    /// Fetching it sets \Seen: RFC 9051 section 6.4.5.
    bool sets_seen() const;
    friend bool operator==(const FetchItem&, const FetchItem&) = default;
};

struct FetchArgs {
    SequenceSet set{};
    bool by_uid = false;
    std::vector<FetchItem> items{};                ///< macros unfolded, each item once; never empty
    std::optional<std::uint64_t> changed_since{};  ///< RFC 7162 section 3.1.4.1
    bool vanished = false;  ///< RFC 7162 section 3.2.6; only by_uid and with changed_since
    std::optional<PartialRange> range{};  ///< RFC 9394 section 3.3; only by_uid
    bool has(FetchKind kind) const;
    friend bool operator==(const FetchArgs&, const FetchArgs&) = default;
};

/// FETCH and UID FETCH: RFC 9051 sections 6.4.5 and 6.4.9. RFC822* items are served in all modes.
Result<FetchArgs> parse_fetch(Lexer& lexer, const ParseContext& context);

/// The name under which the item is answered: "BODY[1.TEXT]<5>", "BINARY.SIZE[2]", "FLAGS". PEEK is
/// gone, a partial keeps its origin only: RFC 9051 section 7.5.2.
std::string response_name(const FetchItem& item);
/// As a client writes it: "BODY.PEEK[1.TEXT]<5.10>".
std::string to_string(const FetchItem& item);
/// Arguments as a client writes them, from the set on.
std::string to_string(const FetchArgs& args);

}  // namespace loam::imap
