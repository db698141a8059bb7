#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/base/ids.h"
#include "imapd/session/search_contexts.h"
#include "imapd/syntax/search_return.h"
#include "imapd/wire/encoder.h"

namespace loam::imap {

/// What was found, as the client names it, in the order in which it is answered.
struct SearchAnswer {
    std::vector<std::uint32_t> numbers{};
    std::optional<Modseq> modseq{};  ///< if the client asked about modseqs
};

/// "* SEARCH 2 84 882 (MODSEQ 917162500)", "* SORT ...": RFC 3501 section 7.2.5, RFC 5256 section
/// 4, RFC 7162 sections 3.1.6 and 3.1.9.
void write_plain_answer(ResponseWriter& writer, std::string_view name, const SearchAnswer& answer);

/// RFC 9051 section 7.3.4, RFC 7162 section 3.1.10, RFC 5267 sections 3 and 4.4.
void write_esearch(ResponseWriter& writer, const SearchCorrelator& correlator,
                   const SearchReturn& want, const SearchAnswer& answer);

}  // namespace loam::imap
