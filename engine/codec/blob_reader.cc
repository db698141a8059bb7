#include "engine/codec/blob_reader.h"

#include <algorithm>

#include "engine/base/check.h"
#include "engine/codec/checksum.h"

namespace loam {

namespace {

// Octets of an extent, in the numbering of the slice: raw or plain, from the extent's start.
struct Cover {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
};

bool is_rendered(const Extent& extent, bool decoded) {
    return extent.kind == ExtentKind::base64 && !decoded;
}

// What one frame gives. A line end belongs to the character before it.
Cover frame_cover(const Extent& extent, std::size_t frame, bool decoded) {
    const std::uint64_t begin = frame * frame_plain_bytes(extent.kind);
    const std::uint64_t end = begin + extent.frame_bytes(frame);
    if (!is_rendered(extent, decoded)) return {.begin = begin, .end = end};
    const bool last = end == extent.plain_bytes;
    const Base64Recipe& recipe = extent.recipe;
    return {.begin = recipe.raw_offset_of_char(begin / 3 * 4),
            .end = last ? extent.raw_bytes : recipe.raw_offset_of_char(end / 3 * 4)};
}

std::size_t frame_at(const Extent& extent, std::uint64_t offset, bool decoded) {
    const std::uint64_t frame_bytes = frame_plain_bytes(extent.kind);
    if (!is_rendered(extent, decoded)) return offset / frame_bytes;
    // The line end after a short last line counts as characters that are not there.
    const std::size_t frame = extent.recipe.char_at_raw_offset(offset) / (frame_bytes / 3 * 4);
    return std::min(frame, extent.frames.size() - 1);
}

std::size_t extent_at(const BlobLayout& layout, std::uint64_t raw_offset) {
    const auto after =
        std::ranges::upper_bound(layout.extents, raw_offset, {}, &Extent::raw_offset);
    return static_cast<std::size_t>(after - layout.extents.begin()) - 1;
}

}  // namespace

BlobReader::BlobReader(const BlobLayout& layout, std::optional<std::size_t> decoded_extent,
                       std::uint64_t position, std::uint64_t end)
    : layout_(&layout), decoded_extent_(decoded_extent), position_(position), end_(end) {
    if (position_ < end_) place_ = locate(position_);
}

BlobReader BlobReader::raw(const BlobLayout& layout, std::uint64_t offset, std::uint64_t length) {
    const std::uint64_t begin = std::min(offset, layout.raw_bytes);
    const std::uint64_t end = begin + std::min(length, layout.raw_bytes - begin);
    return {layout, std::nullopt, begin, end};
}

BlobReader BlobReader::decoded(const BlobLayout& layout, std::size_t extent, std::uint64_t offset,
                               std::uint64_t length) {
    LOAM_CHECK(extent < layout.extents.size());
    const std::uint64_t plain_bytes = layout.extents[extent].plain_bytes;
    const std::uint64_t begin = std::min(offset, plain_bytes);
    const std::uint64_t end = begin + std::min(length, plain_bytes - begin);
    return {layout, extent, begin, end};
}

BlobReader::Place BlobReader::locate(std::uint64_t position) const {
    const std::size_t index = decoded_extent_ ? *decoded_extent_ : extent_at(*layout_, position);
    const Extent& extent = layout_->extents[index];
    const std::uint64_t offset = decoded_extent_ ? position : position - extent.raw_offset;
    Place place{.extent = index, .frame = 0, .stored_offset = extent.stored_offset};
    const std::size_t frame = frame_at(extent, offset, decoded_extent_.has_value());
    for (; place.frame < frame; ++place.frame)
        place.stored_offset += extent.frames[place.frame].stored_bytes;
    return place;
}

std::uint64_t BlobReader::stored_bytes(const Place& place) const {
    return layout_->extents[place.extent].frames[place.frame].stored_bytes;
}

std::optional<StoredRange> BlobReader::next() const {
    if (position_ == end_) return std::nullopt;
    return StoredRange{.offset = place_.stored_offset, .bytes = stored_bytes(place_)};
}

StoredRange BlobReader::whole() const {
    if (position_ == end_) return {};
    const Place last = locate(end_ - 1);
    const std::uint64_t stored_end = last.stored_offset + stored_bytes(last);
    return {.offset = place_.stored_offset, .bytes = stored_end - place_.stored_offset};
}

Status BlobReader::feed(ZstdContext& zstd, Bytes stored, ByteVector& out) {
    LOAM_CHECK(position_ < end_ && stored.size() == stored_bytes(place_));
    const Extent& extent = layout_->extents[place_.extent];
    const bool decoded = decoded_extent_.has_value();
    const Frame& frame = extent.frames[place_.frame];
    if (crc32c(stored) != frame.crc) return fail(Errc::corrupt, "blob: checksum of a frame");
    LOAM_TRY(const Bytes plain, zstd.decode(frame.codec, stored, extent.frame_bytes(place_.frame)));
    const Cover cover = frame_cover(extent, place_.frame, decoded);
    const std::uint64_t origin = decoded ? 0 : extent.raw_offset;
    const std::uint64_t from = position_ - origin;
    const std::uint64_t to = std::min(end_ - origin, cover.end);
    if (is_rendered(extent, decoded)) {
        const std::uint64_t plain_offset = place_.frame * frame_plain_bytes(extent.kind);
        append_base64_lines(extent.recipe, plain, plain_offset, from, to, out);
    } else {
        const Bytes wanted = plain.subspan(from - cover.begin, to - from);
        out.insert(out.end(), wanted.begin(), wanted.end());
    }
    position_ += to - from;
    step(extent);
    return Status::good();
}

// To the next frame, which lies right behind this one whatever extent it is of.
void BlobReader::step(const Extent& extent) {
    place_.stored_offset += stored_bytes(place_);
    if (++place_.frame < extent.frames.size()) return;
    place_.frame = 0;
    ++place_.extent;
}

Result<ByteVector> decode_blob(ZstdContext& zstd, const BlobLayout& layout, Bytes stored) {
    if (stored.size() != layout.stored_bytes) return fail(Errc::corrupt, "blob: size");
    ByteVector out;
    BlobReader reader = BlobReader::raw(layout, 0, layout.raw_bytes);
    while (const auto range = reader.next()) {
        LOAM_TRY_STATUS(reader.feed(zstd, stored.subspan(range->offset, range->bytes), out));
    }
    return out;
}

}  // namespace loam
