#pragma once

#include <vector>

#include "engine/base/result.h"
#include "imapd/syntax/context.h"
#include "imapd/syntax/search.h"
#include "imapd/wire/lexer.h"

namespace loam::imap {

/// Sort keys: RFC 5256 section 5, RFC 5957 section 5.
enum class SortField { arrival, cc, date, display_from, display_to, from, size, subject, to };
struct SortTerm {
    SortField field = SortField::arrival;
    bool reverse = false;
    friend bool operator==(const SortTerm&, const SortTerm&) = default;
};

/// Criteria in one command.
inline constexpr std::size_t kSortTermsMax = 32;

struct SortArgs {
    SearchArgs search{};
    std::vector<SortTerm> terms{};
};
struct ThreadArgs {
    SearchArgs search{};
    bool by_references = false;  ///< else ORDEREDSUBJECT
};

/// SORT, UID SORT (RETURN: RFC 5267 section 3), THREAD and UID THREAD. Errors: invalid, limit.
Result<SortArgs> parse_sort(Lexer& lexer, const ParseContext& context);
Result<ThreadArgs> parse_thread(Lexer& lexer, const ParseContext& context);

}  // namespace loam::imap
