#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/mail/digest.h"
#include "engine/mail/structure.h"

namespace loam::mail {

/// Raised when the parser or the renderer gives another answer for some message. What is stored
/// stays as it is: RFC 9051 section 2.3.1.1 forbids ENVELOPE and BODYSTRUCTURE to change.
inline constexpr std::uint16_t kParserVersion = 1;

/// What is known of a message once its last octet has come: the sidecar of its blob.
struct ParsedMessage {
    std::uint16_t parser_version = kParserVersion;
    Structure structure;
    std::string envelope;       ///< "(...)" in IMAP4rev2 form, same octets in every session mode
    std::string bodystructure;  ///< "(...)" with extension data, IMAP4rev2 form
    /// A message/global part is in it: before IMAP4rev2 is enabled, render_body anew (render.h).
    bool mode_dependent = false;
    Digest digest;
    std::uint64_t raw_bytes = 0;  ///< RFC822.SIZE
    std::uint64_t raw_lines = 0;  ///< line ends in all of it
    bool has_nul = false;         ///< some octet is NUL: BODY[] shows it as 0x80
    bool header_8bit = false;     ///< some header, nested ones included, has an octet above 127
    friend bool operator==(const ParsedMessage&, const ParsedMessage&) = default;
};

/// Most octets of an encoded sidecar. The parser keeps what it stores far below this.
inline constexpr std::size_t kSidecarBytesMax = 24U << 20;

/// Encodes and decodes a sidecar: docs/format/sidecar.md.
/// Errors of decode: corrupt, unsupported (newer version).
ByteVector encode_sidecar(const ParsedMessage& message);
Result<ParsedMessage> decode_sidecar(Bytes encoded);

/// The parts of a sidecar that listings need, without decoding the rest. Borrows `encoded`.
struct SidecarView {
    std::string_view envelope;
    std::string_view bodystructure;
    bool mode_dependent = false;
    bool has_nul = false;
    Bytes digest;     ///< for decode_digest
    Bytes structure;  ///< for decode_structure
};
Result<SidecarView> view_sidecar(Bytes encoded);
Result<Digest> decode_digest(Bytes encoded);
Result<Structure> decode_structure(Bytes encoded);
ByteVector encode_structure(const Structure& structure);

}  // namespace loam::mail
