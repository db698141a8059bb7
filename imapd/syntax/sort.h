#pragma once

#include <string>
#include <vector>

#include "engine/base/result.h"
#include "imapd/syntax/context.h"
#include "imapd/syntax/search_key.h"
#include "imapd/wire/lexer.h"

namespace loam::imap {

/// RFC 5256 section 5, RFC 5957 section 5.
enum class SortField { arrival, cc, date, display_from, display_to, from, size, subject, to };
struct SortTerm {
    SortField field = SortField::arrival;
    bool reverse = false;
    friend bool operator==(const SortTerm&, const SortTerm&) = default;
};

/// Criteria in one command.
inline constexpr std::size_t kSortTermsMax = 32;

/// What SORT and THREAD have in common: RFC 5256 section 5, search-criteria.
struct OrderedSearch {
    bool by_uid = false;
    std::string charset{};  ///< in capitals
    /// False: the command answers NO [BADCHARSET], and the key is not read.
    bool charset_known = true;
    SearchKey key{};
};

struct SortArgs {
    OrderedSearch search;
    std::vector<SortTerm> terms;
};
struct ThreadArgs {
    OrderedSearch search;
    bool by_references = false;  ///< else ORDEREDSUBJECT
};

/// SORT, UID SORT, THREAD and UID THREAD. Errors: invalid, limit.
Result<SortArgs> parse_sort(Lexer& lexer, const ParseContext& context);
Result<ThreadArgs> parse_thread(Lexer& lexer, const ParseContext& context);

}  // namespace loam::imap
