#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/limits.h"

namespace loam::mail {

/// One parameter of Content-Type or Content-Disposition. RFC 2231 continuations are joined; where a
/// charset was given the value is UTF-8 and `extended` is set, and IMAP shows the name with a `*`.
/// Otherwise the value holds the octets of the header, quotes and backslashes taken off.
struct Param {
    std::string name;  ///< as written, without `*0`, `*`
    std::string value;
    bool extended = false;
    friend bool operator==(const Param&, const Param&) = default;
};

/// How the octets of a body are encoded: RFC 2045 section 6.
enum class Encoding : std::uint8_t {
    identity,  ///< 7bit, 8bit, binary
    base64,
    quoted_printable,
    unknown,  ///< BINARY answers [UNKNOWN-CTE]
};

/// One MIME entity. A part with `rfc822` set has exactly one child: the root of the message in it.
/// A multipart has one child or more. Offsets count octets of the stored message.
struct Part {
    std::int32_t parent = -1;  ///< index into Structure::parts; -1 is the message itself
    std::uint32_t depth = 0;   ///< 0 for the message itself
    std::string type;          ///< as written, or the default: text, message in a digest
    std::string subtype;
    std::vector<Param> params;
    std::optional<std::string> content_id;
    std::optional<std::string> description;
    std::optional<std::string> md5;
    std::optional<std::string> location;
    std::string encoding = "7BIT";  ///< upper case; what is unknown stands here as well
    Encoding transfer = Encoding::identity;
    std::string disposition;  ///< empty: the part has none
    std::vector<Param> disposition_params;
    std::vector<std::string> language;

    std::uint64_t header_offset = 0;
    std::uint64_t header_bytes = 0;  ///< with the blank line, if there is one
    std::uint64_t body_offset = 0;
    std::uint64_t body_bytes = 0;  ///< without the line end that belongs to a delimiter
    std::uint64_t header_lines = 0;
    std::uint64_t body_lines = 0;  ///< line ends, plus one for a last line without
    /// Octets after the transfer encoding is undone, and in text/* after each line end is CRLF:
    /// what BINARY.SIZE says, RFC 9051 section 7.5.2, and what BodyDecoder yields.
    std::uint64_t decoded_bytes = 0;
    /// Extent of the blob that holds the whole decoded body. Set by the ingest, not by the parser.
    std::optional<std::uint32_t> blob_extent;

    bool multipart = false;    ///< has children side by side
    bool rfc822 = false;       ///< message/rfc822 or message/global that was descended into
    bool synthesized = false;  ///< stands for the undivided body of a multipart without parts
    bool opaque = false;       ///< multipart or message that was not looked into: see parser.h
    bool malformed = false;    ///< something in its header fields is not as it should be
    bool nul_raw = false;      ///< a NUL in header or body as stored
    bool nul_decoded = false;  ///< a NUL in the decoded body: BINARY needs literal8
    bool needs_crlf = false;   ///< text whose decoded octets hold a CR or an LF alone
    bool header_8bit = false;  ///< an octet above 127 in the header
    bool body_8bit = false;    ///< an octet above 127 in the body as stored

    /// Rendered ENVELOPE of the message in this part; empty unless `rfc822`.
    std::string envelope;

    bool leaf() const { return !multipart && !rfc822; }
    bool is(std::string_view want_type, std::string_view want_subtype) const;  ///< any case
    bool is_text() const;
    friend bool operator==(const Part&, const Part&) = default;
};

/// All parts in pre-order; parts[0] is the message. Never empty once parsed or decoded.
struct Structure {
    std::vector<Part> parts;
    bool truncated = false;  ///< a limit was met; some strings or parts are missing here
    friend bool operator==(const Structure&, const Structure&) = default;
};

/// The charset of a text part, lower case; "us-ascii" where none is named.
std::string charset_of(const Part& part);
/// The value of a parameter, any case of name; one with `extended` wins. Null if absent.
const std::string* find_param(std::span<const Param> params, std::string_view name);
/// The suggested file name: disposition's filename, else type's name. Null if absent.
const std::string* file_name(const Part& part);
/// True for disposition "attachment", and for leaves with a file name that are not inline text.
bool is_attachment(const Part& part);

/// Index of the part that the numbers of a section name, RFC 9051 section 6.4.5.1, or nothing.
/// No numbers name the message. In a message that is not multipart, 1 is its body.
std::optional<std::uint32_t> find_section(const Structure& structure,
                                          std::span<const std::uint32_t> numbers);
/// The numbers that name a part, as find_section reads them. Empty only for a multipart message
/// itself and for a multipart that is the whole of a nested message: those have no number.
std::vector<std::uint32_t> section_of(const Structure& structure, std::uint32_t part);

/// Which octets of a part are wanted.
enum class SectionText : std::uint8_t { body, header, text, mime };
struct OctetRange {
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
    friend bool operator==(const OctetRange&, const OctetRange&) = default;
};
/// The octets of BODY[numbers], BODY[numbers.HEADER], ... as stored: RFC 9051 section 6.4.5.1.
/// `body` without numbers is the whole message. Nothing if the section does not exist: an unknown
/// number, HEADER or TEXT of what is no message, MIME without numbers.
std::optional<OctetRange> section_range(const Structure& structure,
                                        std::span<const std::uint32_t> numbers, SectionText what);

}  // namespace loam::mail
