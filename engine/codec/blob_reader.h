#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/codec/blob_layout.h"

namespace loam {

/// Bytes of a blob.
struct StoredRange {
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
    bool operator==(const StoredRange&) const = default;
};

/// Reads a slice of a message, or of a decoded base64 extent, frame by frame. It says which stored
/// bytes it needs; the caller fetches them and gives them back:
///
///     auto reader = BlobReader::raw(layout, offset, length);
///     while (auto range = reader.next()) {
///         ... fetch range ...
///         LOAM_TRY_STATUS(reader.feed(zstd, stored, out));
///     }
///
/// The frames of a slice lie together, so whole() may be fetched at once and fed piece by piece.
/// Lifetime: borrows the layout. Copyable: a copy goes on from the same place.
class BlobReader {
  public:
    /// The message's octets from `offset`, at most `length`; what lies past its end is left out.
    static BlobReader raw(const BlobLayout& layout, std::uint64_t offset, std::uint64_t length);
    /// The same of the decoded octets of `extent`, which the layout has. For a verbatim extent
    /// these are its raw octets.
    static BlobReader decoded(const BlobLayout& layout, std::size_t extent, std::uint64_t offset,
                              std::uint64_t length);

    /// The frame needed next, or nothing when all is read.
    std::optional<StoredRange> next() const;
    /// All stored bytes still needed, which lie together; empty when all is read.
    StoredRange whole() const;
    /// Octets still to come out.
    std::uint64_t remaining() const { return end_ - position_; }
    /// Takes the bytes that next() named and appends what the slice has of them: at most 64 KiB of
    /// a verbatim frame, and 126 KiB or, encoded, up to 252 KiB of a base64 one. Errors: corrupt;
    /// then `out` is as it was.
    Status feed(ZstdContext& zstd, Bytes stored, ByteVector& out);

  private:
    struct Place {
        std::size_t extent = 0;
        std::size_t frame = 0;
        std::uint64_t stored_offset = 0;  // of that frame, in the blob
    };
    BlobReader(const BlobLayout& layout, std::optional<std::size_t> decoded_extent,
               std::uint64_t position, std::uint64_t end);
    Place locate(std::uint64_t position) const;
    std::uint64_t stored_bytes(const Place& place) const;
    void step(const Extent& extent);

    const BlobLayout* layout_;
    std::optional<std::size_t> decoded_extent_;  // none: the slice is of the raw message
    std::uint64_t position_;  // in the message, or among the extent's plain bytes
    std::uint64_t end_;
    Place place_;  // of position_, while any octets remain
};

/// The whole message at once, for tests and small tools. `stored` is the whole blob. Errors:
/// corrupt.
Result<ByteVector> decode_blob(ZstdContext& zstd, const BlobLayout& layout, Bytes stored);

}  // namespace loam
