#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/base/bytes.h"

/// Base64 as it stands in a regular body: lines of one length. Decoding loses only where the lines
/// end, and how; a recipe keeps that, so the body can be stored decoded and given back octet by
/// octet.
namespace loam {

/// Longest line that a recipe can describe, characters.
inline constexpr std::uint32_t kBase64LineCharsMax = 996;

struct Base64Recipe {
    std::uint32_t line_chars = 76;  ///< 4 to kBase64LineCharsMax, a multiple of 4
    bool crlf = true;               ///< every line ends in CRLF; else in LF
    bool last_line_end = false;     ///< the last line has one too

    std::uint64_t line_end_bytes() const { return crlf ? 2 : 1; }
    /// Where a character stands among the raw octets.
    std::uint64_t raw_offset_of_char(std::uint64_t index) const {
        return index + index / line_chars * line_end_bytes();
    }
    /// The character at a raw offset; for an octet of a line end, the last one of a full line.
    std::uint64_t char_at_raw_offset(std::uint64_t offset) const;
    /// Raw octets of `plain_bytes` decoded ones, which are not 0.
    std::uint64_t raw_bytes(std::uint64_t plain_bytes) const;
    bool operator==(const Base64Recipe&) const = default;
};

/// Appends the raw octets from `raw_begin` to `raw_end` of a body of which `plain` is a part: its
/// decoded octets from `plain_offset` on, a multiple of 3. `plain` must hold what these need; its
/// size is a multiple of 3 unless the body ends with it.
void append_base64_lines(const Base64Recipe& recipe, Bytes plain, std::uint64_t plain_offset,
                         std::uint64_t raw_begin, std::uint64_t raw_end, ByteVector& out);

/// Follows a base64 body while it is regular: canonical lines of one length and one line end, of
/// which the last may be shorter. Learns the recipe from the first line. Decodes line by line, so
/// at any time what it accepted is exactly what the recipe rebuilds.
class Base64LineReader {
  public:
    /// Takes octets from the front of `raw` and appends what whole lines decode to to `plain`.
    /// Returns how many it took: all of them, unless the body stopped being regular there.
    std::size_t feed(Bytes raw, ByteVector& plain);
    /// The body ends here: a last line without a line end counts if it is canonical.
    void finish(ByteVector& plain);

    /// Nothing more will be accepted.
    bool stopped() const { return stopped_; }
    /// Octets that were taken but belong to no accepted line, so far.
    Bytes held() const { return line_; }
    /// Of all accepted lines together.
    const Base64Recipe& recipe() const { return recipe_; }
    std::uint64_t raw_bytes() const { return raw_bytes_; }
    std::uint64_t plain_bytes() const { return plain_bytes_; }

  private:
    std::size_t feed_full_lines(Bytes raw, ByteVector& plain);
    bool hold(std::byte c);
    bool end_line(ByteVector& plain);
    bool accept_line(Bytes chars, std::uint64_t line_end_bytes, ByteVector& plain);

    Base64Recipe recipe_;
    bool learned_ = false;  // the first line is in, so recipe_ is known
    bool stopped_ = false;
    std::uint64_t raw_bytes_ = 0;
    std::uint64_t plain_bytes_ = 0;
    ByteVector line_;  // the line under way: at most kBase64LineCharsMax characters and a CR
};

}  // namespace loam
