#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "imapd/syntax/context.h"
#include "imapd/wire/date.h"
#include "imapd/wire/flags.h"
#include "imapd/wire/lexer.h"
#include "imapd/wire/numset.h"

namespace loam::imap {

/// Nesting of OR, NOT and parentheses. A chain of OR nests once per alternative.
inline constexpr std::size_t kSearchDepthMax = 200;
/// Keys in one program, connectives included.
inline constexpr std::size_t kSearchKeysMax = 4000;

/// What a key asks; the comment names the members that it fills. RFC 9051 section 6.4.4, RFC 3501
/// section 6.4.4.
enum class SearchKind {
    all,
    conjunction,  ///< children, at least two
    disjunction,  ///< children, two
    negation,     ///< children, one
    flag_set,     ///< flag
    flag_unset,   ///< flag
    keyword,      ///< text
    unkeyword,    ///< text
    recent,       ///< not in r2, nor the next two
    new_mail,     ///< RECENT UNSEEN
    old,          ///< NOT RECENT
    bcc,          ///< text, and so on down to `text`
    cc,
    from,
    to,
    subject,
    body,
    text,
    header,  ///< header_name, text
    before,  ///< date, and so on down to `sent_since`
    on,
    since,
    sent_before,
    sent_on,
    sent_since,
    larger,        ///< number, octets
    smaller,       ///< number
    older,         ///< number, seconds: RFC 5032 section 2
    younger,       ///< number
    modseq,        ///< number, and entry and entry_type if given: RFC 7162 section 3.1.5
    email_id,      ///< text: RFC 8474 section 6
    thread_id,     ///< text
    saved_before,  ///< date, as the next two: RFC 8514 section 4.3
    saved_on,
    saved_since,
    save_date_supported,
    seq,  ///< set of message numbers
    uid,  ///< set of uids
};

/// One node of a search program.
struct SearchKey {
    SearchKind kind = SearchKind::all;
    SystemFlag flag = flag_seen;
    std::string text{};         ///< octets in the program's charset
    std::string header_name{};  ///< octets, never empty
    std::string entry{};        ///< "/flags/\draft"; empty if none was given
    std::string entry_type{};   ///< "priv", "shared" or "all"
    std::uint64_t number = 0;
    Date date{};
    SequenceSet set{};
    std::vector<SearchKey> children{};
    /// This key or one below it is of that kind.
    bool has(SearchKind wanted) const;
    /// It or one below it names messages by their numbers; "$" is none.
    bool has_numbers() const;
    friend bool operator==(const SearchKey&, const SearchKey&) = default;
};

/// search-key *(SP search-key) up to the end, several as one conjunction. Errors: invalid, limit.
Result<SearchKey> parse_search_keys(Lexer& lexer, const ParseContext& context);
/// As a client writes it; strings quoted, so octets above 0x7F must be UTF-8 and CR, LF and NUL
/// absent.
std::string to_string(const SearchKey& key);

}  // namespace loam::imap
