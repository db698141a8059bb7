#pragma once

#include <string>

#include "engine/base/result.h"
#include "imapd/syntax/context.h"
#include "imapd/syntax/search_key.h"
#include "imapd/syntax/search_return.h"
#include "imapd/wire/lexer.h"

namespace loam::imap {

/// What SEARCH, SORT and THREAD have in common.
struct SearchArgs {
    bool by_uid = false;
    SearchReturn answer{};  ///< not of THREAD
    std::string charset{};  ///< in capitals; empty if none was given
    /// False: the command answers NO [BADCHARSET], after it emptied "$" if answer.save. The key is
    /// then not read.
    bool charset_known = true;
    SearchKey key{};  ///< conjunction of all keys that stood side by side, or the only one
};

/// SEARCH and UID SEARCH: RFC 9051 sections 6.4.4 and 6.4.9. With a known charset every string is
/// checked to be UTF-8, of which US-ASCII is a part; text that is not is refused (invalid).
Result<SearchArgs> parse_search(Lexer& lexer, const ParseContext& context);
/// search-criteria of SORT and THREAD: RFC 5256 section 5. The same, but that the charset is always
/// there, and its word never.
Status parse_search_criteria(Lexer& lexer, const ParseContext& context, SearchArgs& args);

}  // namespace loam::imap
