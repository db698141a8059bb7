#pragma once

#include <cstdint>
#include <variant>

#include "engine/base/bytes.h"
#include "engine/codec/base64.h"
#include "engine/codec/quoted_printable.h"
#include "engine/mail/structure.h"

namespace loam::mail {

/// Measures a leaf body while it arrives: what BodyDecoder would yield, without keeping it.
class LeafMeter {
  public:
    /// Begins a body.
    void start(Encoding transfer, bool text);
    void feed(Bytes raw);
    /// The body ends; fills in decoded_bytes, needs_crlf and nul_decoded.
    void finish(Part& part);

  private:
    void decoded(Bytes octets);

    std::variant<std::monostate, Base64Decoder, QuotedPrintableDecoder> transfer_;
    bool text_ = false;
    std::uint64_t bytes_ = 0;
    std::uint64_t added_ = 0;  // octets that make lone CR and LF whole
    bool after_cr_ = false;
    bool nul_ = false;
    ByteVector scratch_;
};

}  // namespace loam::mail
