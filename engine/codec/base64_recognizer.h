#pragma once

#include <cstddef>
#include <cstdint>

#include "engine/base/bytes.h"
#include "engine/codec/blob_layout.h"

namespace loam {

/// Encoded octets that a base64 extent covers at least; a shorter one is not worth a transform.
inline constexpr std::size_t kBase64ExtentBytesMin = 4096;

/// Follows a base64 body while it is regular: canonical lines of one length and one line end, of
/// which the last may be shorter. Learns the recipe from the first line. Decodes line by line, so
/// that at any time what it accepted is exactly what the recipe rebuilds. Part of BlobWriter.
class Base64Recognizer {
  public:
    void reset();

    /// Takes octets from the front of `raw` and appends what whole lines decode to to `plain`.
    /// Returns how many it took: all of them, unless the body stopped being regular there.
    std::size_t feed(Bytes raw, ByteVector& plain);
    /// The body ends here: a last line without a line end counts if it is canonical.
    void finish(ByteVector& plain);

    /// Nothing more will be accepted. Octets in held() were taken but belong to no accepted line.
    bool stopped() const { return stopped_; }
    Bytes held() const { return line_; }
    /// Of all accepted lines together.
    const Base64Recipe& recipe() const { return recipe_; }
    std::uint64_t raw_bytes() const { return raw_bytes_; }
    std::uint64_t plain_bytes() const { return plain_bytes_; }

  private:
    std::size_t feed_whole_lines(Bytes raw, ByteVector& plain);
    bool take(std::byte c, ByteVector& plain);
    bool accept_line(Bytes chars, std::size_t line_end_bytes, ByteVector& plain);

    Base64Recipe recipe_;
    bool learned_ = false;  // the first line is in: recipe_ is known
    bool stopped_ = false;
    std::uint64_t raw_bytes_ = 0;
    std::uint64_t plain_bytes_ = 0;
    ByteVector line_;  // the line under way, at most kBase64LineCharsMax characters and a CR
};

}  // namespace loam
