#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "engine/base/bytes.h"

/// Base64: RFC 4648 section 4 (the alphabet and the canonical form), RFC 2045 section 6.8 (in
/// mail).
namespace loam {

/// Characters for `plain_bytes` octets, padding included.
constexpr std::uint64_t base64_chars(std::uint64_t plain_bytes) {
    return (plain_bytes + 2) / 3 * 4;
}
/// Most octets that `chars` characters decode to.
constexpr std::uint64_t base64_plain_max(std::uint64_t chars) {
    return (chars + 3) / 4 * 3;
}

/// Writes exactly base64_chars(plain.size()) characters, padded, without line ends.
/// `out` has at least that size.
void base64_encode(Bytes plain, MutableBytes out);

/// Decodes the canonical form: whole quanta of the alphabet, padding only at the end, pad bits
/// zero. So re-encoding gives the same characters. `out` holds at least
/// base64_plain_max(chars.size()). Returns the octets written, or nothing if `chars` is anything
/// else.
std::optional<std::size_t> base64_decode_canonical(Bytes chars, MutableBytes out);

/// Decodes base64 as it comes in mail, in pieces of any size: RFC 2045 section 6.8.
/// Characters outside the alphabet are skipped. Padding in a quantum that has two or three
/// characters ends the data, whatever follows; padding elsewhere is skipped like any other junk.
/// A last quantum without padding gives the octets that are whole in it.
class Base64Decoder {
  public:
    /// Appends what `encoded` decodes to. The result does not depend on where the input is cut.
    void feed(Bytes encoded, ByteVector& out);
    /// The input ends here. Call once.
    void finish(ByteVector& out);
    /// Padding was seen: nothing more will come out.
    bool ended() const { return ended_; }

  private:
    std::byte* take(std::byte c, std::byte* out);
    std::byte* take_padding(std::byte* out);

    std::uint32_t bits_ = 0;   // of the quantum under way, six a character
    std::uint32_t chars_ = 0;  // characters in it, 0 to 3
    bool ended_ = false;
};

}  // namespace loam
