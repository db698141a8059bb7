#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "engine/base/result.h"
#include "imapd/wire/lexer.h"

namespace loam::imap {

/// Places among results, counted from 1 at either end: RFC 5267 section 4.4, RFC 9394 section 3.1.
struct PartialRange {
    std::uint32_t first = 1;  ///< both as the client wrote them, in either order
    std::uint32_t last = 1;
    bool from_end = false;  ///< -1 is the last one

    /// How many results it reaches over, from its end of the list.
    std::uint32_t reach() const;
    /// Those places in a list of `count`, counted from 0; begin == end: none of them exists.
    struct Places {
        std::size_t begin = 0;
        std::size_t end = 0;
    };
    Places places_in(std::size_t count) const;
    friend bool operator==(const PartialRange&, const PartialRange&) = default;
};

/// partial-range: RFC 9394 section 4.
Result<PartialRange> parse_partial_range(Lexer& lexer);
/// As the client wrote it, for the answer.
std::string to_string(const PartialRange& range);

/// RETURN (...): RFC 9051 section 6.4.4, RFC 4731 section 3.1, RFC 5182 section 2.1, RFC 5267
/// sections 3.1 and 4.1.
struct SearchReturn {
    bool given = false;  ///< the client wrote RETURN: the answer is ESEARCH in every mode
    bool min = false;
    bool max = false;
    bool all = false;  ///< also where the list was empty
    bool count = false;
    bool save = false;
    bool update = false;   ///< and what matches later: RFC 5267 section 4.3
    bool context = false;  ///< a hint that nothing is made of: RFC 5267 section 4.2
    std::optional<PartialRange> partial{};  ///< never with `all`: RFC 9394 section 3.1
    /// Something is to be sent; SAVE, UPDATE and CONTEXT alone answer nothing.
    bool wants_answer() const { return !given || all || count || wants_some(); }
    /// Every match counts, for the answer or for "$": RFC 9394 section 3.2.
    bool wants_every() const { return !given || all || count || !wants_some(); }
    /// The answer names matches, so it matters which comes first.
    bool wants_order() const { return !given || all || wants_some(); }
    friend bool operator==(const SearchReturn&, const SearchReturn&) = default;

  private:
    bool wants_some() const { return min || max || partial; }
};

/// "RETURN (...)" SP if that is next, else nothing is taken and nothing given.
Result<SearchReturn> parse_search_return(Lexer& lexer);

}  // namespace loam::imap
