#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/base/bytes.h"

namespace loam::lmtp {

/// Undoes what RFC 5321 section 4.5.2 does to message text: a dot at the start of a line is
/// doubled, and a dot alone on a line ends it. Only CRLF ends a line here: a message that ended at
/// a bare LF could carry a second one inside.
class DotDecoder {
  public:
    /// Takes octets up to the end of the message or of `in`, appends the message's to `out`, and
    /// returns how many it took.
    std::size_t feed(Bytes in, ByteVector& out);
    /// The closing dot was seen.
    bool done() const { return state_ == State::done; }

  private:
    enum class State : std::uint8_t { line_start, text, cr, dot, dot_cr, done };
    State state_ = State::line_start;
};

}  // namespace loam::lmtp
