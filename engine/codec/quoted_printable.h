#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/base/bytes.h"

/// Quoted-printable: RFC 2045 section 6.7.
namespace loam {

/// White space held back until it is known whether it ends the line. A longer run, which no legal
/// line can hold, is passed on from its front and counts as text.
inline constexpr std::size_t kQpWhiteSpaceBytesMax = 1000;

/// Decodes quoted-printable in pieces of any size. `=` and two hex digits of either case is an
/// octet;
/// `=` before a line end (white space between allowed) is a soft break and vanishes, as it does at
/// the end of the input; white space before a line end or the end of the input is dropped. Any
/// other
/// `=` stays as it is. Line ends, CRLF or LF, come out as they went in; a CR alone is text.
class QuotedPrintableDecoder {
  public:
    /// Appends what `encoded` decodes to. The result does not depend on where the input is cut.
    void feed(Bytes encoded, ByteVector& out);
    /// The input ends here. Call once.
    void finish(ByteVector& out);

  private:
    enum class State : std::uint8_t {
        text,          // nothing held
        white,         // held_: white space, perhaps the line's end
        white_cr,      // held_: white space and a CR
        equals,        // held_: =
        equals_hex,    // held_: = and a hex digit
        equals_white,  // held_: = and white space
        equals_cr,     // held_: =, white space if any, and a CR
    };
    void step(std::byte c, ByteVector& out);
    void step_text(std::byte c, ByteVector& out);
    void step_equals(std::byte c, ByteVector& out);
    void hold(std::byte c, State state);
    void release(ByteVector& out);

    State state_ = State::text;
    ByteVector held_;
};

/// Encodes text as quoted-printable with lines of at most 76 characters. LF and CRLF in `text` are
/// line ends and come out as CRLF; every other control character is escaped.
void quoted_printable_encode(Bytes text, ByteVector& out);

}  // namespace loam
