#pragma once

#include <cstdint>
#include <variant>

#include "engine/base/bytes.h"
#include "engine/codec/base64.h"
#include "engine/codec/quoted_printable.h"
#include "engine/mail/structure.h"

namespace loam::mail {

/// Makes every line end CRLF, in pieces of any size: an LF without CR before it and a CR without LF
/// after it become CRLF.
class CrlfNormaliser {
  public:
    void feed(Bytes in, ByteVector& out);
    void finish(ByteVector& out);
    /// Something was changed so far.
    bool changed() const { return changed_; }

  private:
    bool after_cr_ = false;
    bool changed_ = false;
};

/// Undoes the transfer encoding of one leaf body, and in text/* makes line ends CRLF: what
/// FETCH BINARY sends, RFC 9051 section 7.5.2. Yields Part::decoded_bytes octets for the whole
/// body. An unknown encoding is passed through; callers look at Part::transfer first.
class BodyDecoder {
  public:
    explicit BodyDecoder(const Part& part) : BodyDecoder(part.transfer, part.is_text()) {}
    BodyDecoder(Encoding transfer, bool text);

    /// Appends decoded octets. The result does not depend on where the body is cut.
    void feed(Bytes raw, ByteVector& out);
    void finish(ByteVector& out);

  private:
    void pass(Bytes decoded, ByteVector& out);

    std::variant<std::monostate, Base64Decoder, QuotedPrintableDecoder> transfer_;
    bool text_;
    CrlfNormaliser lines_;
    ByteVector scratch_;
};

}  // namespace loam::mail
