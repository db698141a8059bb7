#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "imapd/syntax/context.h"
#include "imapd/syntax/status.h"
#include "imapd/wire/lexer.h"

namespace loam::imap {

/// Patterns of one LIST.
inline constexpr std::size_t kListPatternsMax = 64;

struct ListSelect {
    bool subscribed = false;
    bool remote = false;
    bool recursive_match = false;  ///< only with `subscribed`
    bool special_use = false;      ///< RFC 6154 section 2
    friend bool operator==(const ListSelect&, const ListSelect&) = default;
};

struct ListReturn {
    bool subscribed = false;
    bool children = false;
    bool special_use = false;
    std::optional<StatusItems> status{};  ///< RFC 5819 section 2
    friend bool operator==(const ListReturn&, const ListReturn&) = default;
};

struct ListArgs {
    /// Selection options, several patterns or RETURN were written, even if empty: RFC 5258
    /// section 3. It decides, for one, between (\NonExistent) and plain (\Noselect).
    bool extended = false;
    ListSelect select{};
    ListReturn answer{};
    /// LIST ref "": tell the separator and the root only. Never with `extended`.
    bool wants_separator = false;
    /// Reference and pattern joined, canonical, for matches_pattern(). Those that cannot be decoded
    /// or are empty are left out: none left means OK without a line.
    std::vector<std::string> patterns{};
    friend bool operator==(const ListArgs&, const ListArgs&) = default;
};

/// LIST: RFC 9051 section 6.3.9. Unknown options are refused (invalid).
Result<ListArgs> parse_list(Lexer& lexer, const ParseContext& context);

}  // namespace loam::imap
