#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "imapd/syntax/context.h"
#include "imapd/syntax/search_key.h"
#include "imapd/wire/lexer.h"

namespace loam::imap {

/// RETURN (...): RFC 9051 section 6.4.4, RFC 4731 section 3.1, RFC 5182 section 2.1.
struct SearchReturn {
    bool given = false;  ///< the client wrote RETURN: the answer is ESEARCH in every mode
    bool min = false;
    bool max = false;
    bool all = false;  ///< also where the list was empty
    bool count = false;
    bool save = false;
    /// Something is to be sent; SAVE alone answers nothing.
    bool wants_answer() const { return !given || min || max || all || count; }
    friend bool operator==(const SearchReturn&, const SearchReturn&) = default;
};

struct SearchArgs {
    bool by_uid = false;
    SearchReturn answer{};
    std::string charset{};  ///< in capitals; empty if none was given
    /// False: the command answers NO [BADCHARSET], after it emptied "$" if answer.save. The key is
    /// then not read.
    bool charset_known = true;
    SearchKey key{};  ///< conjunction of all keys that stood side by side, or the only one
};

/// Charsets that SEARCH and SORT take, in capitals.
bool is_search_charset(std::string_view charset);

/// SEARCH and UID SEARCH: RFC 9051 sections 6.4.4 and 6.4.9. With a known charset every string is
/// checked to be UTF-8, of which US-ASCII is a part; text that is not is refused (invalid).
Result<SearchArgs> parse_search(Lexer& lexer, const ParseContext& context);

}  // namespace loam::imap
