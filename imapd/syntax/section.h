#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "imapd/wire/lexer.h"

namespace loam::imap {

inline constexpr std::size_t kSectionDepthMax = 100;
inline constexpr std::size_t kHeaderFieldsMax = 256;
/// One name of a header field, octets: RFC 5322 section 2.1.1 has lines of 998.
inline constexpr std::size_t kHeaderFieldBytesMax = 998;

/// What a section shows of its part.
enum class SectionText { none, header, header_fields, header_fields_not, text, mime };

/// "[1.2.HEADER.FIELDS (SUBJECT)]": section of RFC 9051 section 9.
struct SectionSpec {
    std::vector<std::uint32_t> part{};  ///< empty: the message itself
    SectionText text = SectionText::none;
    std::vector<std::string> fields{};  ///< as the client spelled them; printable ASCII
    friend bool operator==(const SectionSpec&, const SectionSpec&) = default;
};

/// "<origin.count>" of a request. Beyond the end is no error.
struct Partial {
    std::uint64_t origin = 0;
    std::uint64_t count = 1;  ///< never 0
    friend bool operator==(const Partial&, const Partial&) = default;
};

/// From "[" to "]". MIME needs a part. Errors: invalid, limit.
Result<SectionSpec> parse_section(Lexer& lexer);
/// section-binary: part numbers or nothing.
Result<SectionSpec> parse_section_binary(Lexer& lexer);
/// "<" ... ">" if it is there.
Result<std::optional<Partial>> parse_partial(Lexer& lexer);

/// "[1.HEADER.FIELDS (Subject)]": words in capitals, field names as the client wrote them, quoted
/// where they must be.
std::string to_string(const SectionSpec& section);

}  // namespace loam::imap
