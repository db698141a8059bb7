#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/mail/structure.h"

namespace loam::mail {

/// ENVELOPE and BODYSTRUCTURE as they go over the wire: RFC 9051 section 7.5.2. These are the only
/// words of IMAP in the engine; they are rendered once, at append.
/// A string that has CR, LF, NUL or an octet above 127, or is long, is a literal `{n}` CRLF octets,
/// which is right before and after UTF-8 is enabled; NUL becomes 0x80. All other strings are
/// quoted.

/// Most octets of one string and of one rendered envelope; more is cut off or left out.
inline constexpr std::size_t kRenderedStringBytesMax = 64U << 10;
inline constexpr std::size_t kRenderedEnvelopeBytesMax = 4U << 20;

/// "(date subject from sender reply-to to cc bcc in-reply-to message-id)" from a header block.
std::string render_envelope(std::string_view header_block);

/// How message/global parts look: RFC 9051 section 7.5.2; RFC 3501 section 7.4.2 knows
/// message/rfc822 alone.
enum class GlobalForm : std::uint8_t {
    message,  ///< like message/rfc822: IMAP4rev2
    basic,    ///< as a basic type: IMAP4rev1
};
/// BODYSTRUCTURE, or BODY without `extended`, of the whole message.
std::string render_body(const Structure& structure, bool extended,
                        GlobalForm form = GlobalForm::message);

/// Appends one string as `quoted` or `literal`; an nstring that is absent is written as NIL.
void append_string(std::string& out, std::string_view text);

}  // namespace loam::mail
