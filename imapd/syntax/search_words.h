#pragma once

#include <string_view>

#include "imapd/syntax/search_key.h"

namespace loam::imap {

/// What follows the word of a search key.
enum class SearchShape {
    plain,
    obsolete,  ///< nothing, and gone in IMAP4rev2
    keyword,
    text,
    header,
    date,
    octets,
    seconds,
    modseq,
    object_id,
    uids,
    one_key,
    two_keys,
};

/// One word of RFC 9051 section 6.4.4, RFC 3501 section 6.4.4, RFC 5032, RFC 7162 section 3.1.5,
/// RFC 8474 section 6 or RFC 8514 section 4.3; parser and printer share the table.
struct SearchWord {
    std::string_view name;
    SearchKind kind = SearchKind::all;
    SearchShape shape = SearchShape::plain;
    SystemFlag flag = flag_seen;
};

/// In any ASCII case; nullptr if there is none.
const SearchWord* find_search_word(std::string_view name);
/// The word of a kind that has one, which conjunction and seq have not. `flag` counts for flag_set
/// and flag_unset.
const SearchWord& search_word_of(SearchKind kind, SystemFlag flag);

}  // namespace loam::imap
