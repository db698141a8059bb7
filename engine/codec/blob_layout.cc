#include "engine/codec/blob_layout.h"

#include <algorithm>
#include <utility>

#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "engine/codec/varint.h"

// Format: docs/format/blob.md, section 4.
//   layout := version:u8 count:varint extent*
//   extent := head:varint plain_bytes:varint frame*
//   head   := 0 for verbatim
//           | 1 | crlf << 2 | last_line_end << 3 | (line_chars / 4) << 4 for base64
//   frame  := (stored_bytes << 2 | codec):varint crc:u32

namespace loam {

namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kFrameBytesMin = 1 + sizeof(std::uint32_t);
constexpr std::size_t kExtentBytesMin = 2 + kFrameBytesMin;
// Every second extent at least is base64, and none of those has less than four raw octets.
constexpr std::size_t kExtentsMax = kMessageBytesMax / 2;
constexpr std::uint64_t kHeadMax = 15 | (kBase64LineCharsMax / 4) << 4;

std::uint64_t frame_count(ExtentKind kind, std::uint64_t plain_bytes) {
    const std::uint64_t frame_bytes = frame_plain_bytes(kind);
    return (plain_bytes + frame_bytes - 1) / frame_bytes;
}

// Whether a frame can be what the writer makes of `plain_bytes` octets.
bool is_sound(const Frame& frame, std::uint64_t plain_bytes) {
    switch (frame.codec) {
        case FrameCodec::stored:
            return frame.stored_bytes == plain_bytes;
        case FrameCodec::zstd:
        case FrameCodec::zstd_dictionary:
            return frame.stored_bytes > 0 && frame.stored_bytes < plain_bytes;
    }
    return false;
}

bool is_sound(const Base64Recipe& recipe) {
    return recipe.line_chars >= 4 && recipe.line_chars <= kBase64LineCharsMax &&
           recipe.line_chars % 4 == 0;
}

std::uint64_t extent_raw_bytes(const Extent& extent) {
    if (extent.kind == ExtentKind::verbatim) return extent.plain_bytes;
    return extent.recipe.raw_bytes(extent.plain_bytes);
}

std::uint64_t encode_head(const Extent& extent) {
    if (extent.kind == ExtentKind::verbatim) return 0;
    const Base64Recipe& recipe = extent.recipe;
    LOAM_CHECK(is_sound(recipe));
    return 1U | std::uint64_t{recipe.crlf} << 2 | std::uint64_t{recipe.last_line_end} << 3 |
           std::uint64_t{recipe.line_chars / 4} << 4;
}

void decode_head(ByteReader& in, Extent& extent) {
    const std::uint64_t head = in.varint_max(kHeadMax);
    if (head == 0) return;
    extent.kind = ExtentKind::base64;
    extent.recipe = {.line_chars = static_cast<std::uint32_t>(head >> 4) * 4,
                     .crlf = (head & 4) != 0,
                     .last_line_end = (head & 8) != 0};
    if ((head & 3) != 1) in.refuse("kind of extent");
    if (!is_sound(extent.recipe)) in.refuse("line length");
}

void decode_frames(ByteReader& in, Extent& extent) {
    const std::uint64_t count = frame_count(extent.kind, extent.plain_bytes);
    if (count > in.remaining() / kFrameBytesMin) return in.refuse("more frames than octets");
    extent.frames.reserve(count);
    for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
        const std::uint64_t word = in.varint_max(kFramePlainBytesMax << 2 | 3);
        const Frame frame{.stored_bytes = static_cast<std::uint32_t>(word >> 2),
                          .codec = static_cast<FrameCodec>(word & 3),
                          .crc = in.u32()};
        if (!is_sound(frame, extent.frame_bytes(i))) in.refuse("size or codec of a frame");
        extent.frames.push_back(frame);
    }
}

Extent decode_extent(ByteReader& in, const BlobLayout& before) {
    Extent extent{.raw_offset = before.raw_bytes, .stored_offset = before.stored_bytes};
    decode_head(in, extent);
    extent.plain_bytes = in.varint_max(kMessageBytesMax);
    if (extent.plain_bytes == 0) in.refuse("empty extent");
    if (!in.ok()) return extent;
    extent.raw_bytes = extent_raw_bytes(extent);
    if (extent.raw_bytes > kMessageBytesMax - before.raw_bytes) in.refuse("message too large");
    const bool verbatim = extent.kind == ExtentKind::verbatim;
    if (verbatim && !before.extents.empty() && before.extents.back().kind == ExtentKind::verbatim)
        in.refuse("two verbatim extents in a row");
    if (in.ok()) decode_frames(in, extent);
    return extent;
}

}  // namespace

std::uint64_t Extent::frame_bytes(std::size_t frame) const {
    const std::uint64_t size = frame_plain_bytes(kind);
    return std::min(size, plain_bytes - frame * size);
}

std::uint64_t Extent::stored_bytes() const {
    std::uint64_t sum = 0;
    for (const Frame& frame : frames)
        sum += frame.stored_bytes;
    return sum;
}

void encode_blob_layout(const BlobLayout& layout, ByteVector& out) {
    ByteWriter writer(out);
    writer.u8(kVersion);
    writer.varint(layout.extents.size());
    std::uint64_t raw_bytes = 0;
    for (const Extent& extent : layout.extents) {
        LOAM_CHECK(extent.plain_bytes > 0 && extent.raw_offset == raw_bytes);
        LOAM_CHECK(extent.raw_bytes == extent_raw_bytes(extent));
        LOAM_CHECK(extent.frames.size() == frame_count(extent.kind, extent.plain_bytes));
        raw_bytes += extent.raw_bytes;
        writer.varint(encode_head(extent));
        writer.varint(extent.plain_bytes);
        for (std::size_t i = 0; i < extent.frames.size(); ++i) {
            const Frame& frame = extent.frames[i];
            LOAM_CHECK(is_sound(frame, extent.frame_bytes(i)));
            writer.varint(std::uint64_t{frame.stored_bytes} << 2 |
                          static_cast<std::uint64_t>(frame.codec));
            writer.u32(frame.crc);
        }
    }
    LOAM_CHECK(raw_bytes == layout.raw_bytes && raw_bytes <= kMessageBytesMax);
}

Result<BlobLayout> decode_blob_layout(Bytes in) {
    ByteReader reader(in, "blob layout");
    const std::uint8_t version = reader.u8();
    if (version > kVersion) return fail(Errc::unsupported, "blob layout: newer version");
    if (version == 0) reader.refuse("version 0");
    BlobLayout layout;
    const std::size_t count = reader.count(kExtentsMax, kExtentBytesMin);
    layout.extents.reserve(count);
    for (std::size_t i = 0; i < count && reader.ok(); ++i) {
        Extent extent = decode_extent(reader, layout);
        layout.raw_bytes += extent.raw_bytes;
        layout.stored_bytes += extent.stored_bytes();
        layout.extents.push_back(std::move(extent));
    }
    LOAM_TRY_STATUS(reader.finish());
    return layout;
}

}  // namespace loam
