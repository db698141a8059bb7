#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/codec/base64_lines.h"
#include "engine/codec/frame.h"

/// How the bytes of a message lie in its blob. Format: docs/format/blob.md; why: docs/design/0001.
///
/// A blob is the stored bytes of its frames, one after another, nothing between. The layout, kept
/// beside it, says what they mean: a list of extents that cover the raw message in order, each cut
/// into frames of a fixed plain size, the last one shorter.
///
///     raw      |headers, text, boundaries | base64 body                  | boundaries ...
///     extents  |verbatim                  | base64: decoded, with recipe | verbatim
///     frames   |64 KiB|64 KiB|rest        | 126 KiB | 126 KiB | rest     | rest
namespace loam {

/// The numbers are on disk; 2 is reserved for a reference to an extent elsewhere.
enum class ExtentKind : std::uint8_t {
    verbatim = 0,  ///< plain bytes = raw bytes
    base64 = 1,    ///< plain bytes = what the raw bytes decode to
};

/// Plain bytes of every frame but the last. That of base64 is a multiple of 3, so that no quantum
/// lies in two frames.
inline constexpr std::uint64_t kVerbatimFrameBytes = 64U << 10;
inline constexpr std::uint64_t kBase64FrameBytes = 126U << 10;
constexpr std::uint64_t frame_plain_bytes(ExtentKind kind) {
    return kind == ExtentKind::verbatim ? kVerbatimFrameBytes : kBase64FrameBytes;
}

struct Frame {
    std::uint32_t stored_bytes = 0;
    FrameCodec codec = FrameCodec::stored;
    std::uint32_t crc = 0;  ///< CRC-32C of the stored bytes
    bool operator==(const Frame&) const = default;
};

struct Extent {
    ExtentKind kind = ExtentKind::verbatim;
    Base64Recipe recipe = {};      ///< base64 only
    std::uint64_t raw_offset = 0;  ///< in the message
    std::uint64_t raw_bytes = 0;
    std::uint64_t plain_bytes = 0;    ///< for base64 this is BINARY.SIZE of the part
    std::uint64_t stored_offset = 0;  ///< of the first frame, in the blob
    std::vector<Frame> frames = {};   ///< never empty

    /// Plain bytes of one frame.
    std::uint64_t frame_bytes(std::size_t frame) const;
    /// Of all frames together.
    std::uint64_t stored_bytes() const;
    bool operator==(const Extent&) const = default;
};

struct BlobLayout {
    std::uint64_t raw_bytes = 0;     ///< RFC822.SIZE
    std::uint64_t stored_bytes = 0;  ///< length of the blob
    std::vector<Extent> extents;     ///< none for an empty message

    bool operator==(const BlobLayout&) const = default;
};

/// Appends the layout, 11 octets for a short mail. Offsets, raw sizes and sums are not written:
/// they follow from the rest.
void encode_blob_layout(const BlobLayout& layout, ByteVector& out);

/// The layout that `in` is, exactly. Allocates in proportion to `in`.
/// Errors: corrupt, unsupported (a newer version).
Result<BlobLayout> decode_blob_layout(Bytes in);

}  // namespace loam
