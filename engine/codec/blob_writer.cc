#include "engine/codec/blob_writer.h"

#include <algorithm>
#include <utility>

#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "engine/codec/checksum.h"

namespace loam {

namespace {

// Decoded octets wait in a buffer of their own; this keeps it small.
constexpr std::size_t kFeedBytesMax = 4096;

bool is_ignorable(std::byte c) {
    return c == std::byte{'\r'} || c == std::byte{'\n'} || c == std::byte{' '};
}

}  // namespace

BlobWriter::BlobWriter(ZstdContext& zstd, FrameSink& sink) : zstd_(zstd), sink_(sink) {}

void BlobWriter::text(Bytes raw) {
    LOAM_CHECK(!in_body_);
    raw_bytes_ += raw.size();
    append_verbatim(raw);
}

void BlobWriter::begin_base64() {
    LOAM_CHECK(!in_body_);
    in_body_ = true;
}

void BlobWriter::base64(Bytes raw) {
    LOAM_CHECK(in_body_);
    raw_bytes_ += raw.size();
    while (!raw.empty() && body_.following) {
        const Bytes piece = raw.first(std::min(raw.size(), kFeedBytesMax));
        const std::size_t taken = body_.lines.feed(piece, body_.decoded);
        if (!body_.extent) {
            const Bytes held = piece.first(taken);
            body_.raw_held.insert(body_.raw_held.end(), held.begin(), held.end());
        }
        raw = raw.subspan(taken);
        follow_base64();
        if (body_.lines.stopped()) stop_following();
    }
    append_tail(raw);
}

std::optional<std::uint32_t> BlobWriter::end_base64() {
    LOAM_CHECK(in_body_);
    if (body_.following) {
        body_.lines.finish(body_.decoded);
        follow_base64();
        stop_following();
    }
    const auto whole = body_.tail_ignorable ? body_.extent : std::nullopt;
    body_ = {};
    in_body_ = false;
    return whole;
}

// Moves what the lines gave into their extent, which is opened once they are many enough.
void BlobWriter::follow_base64() {
    if (!body_.extent) {
        if (body_.lines.raw_bytes() < kBase64ExtentBytesMin) return;
        open_extent(ExtentKind::base64);
        body_.extent = static_cast<std::uint32_t>(layout_.extents.size() - 1);
        body_.raw_held.clear();
    }
    append_plain(body_.decoded);
    body_.decoded.clear();
}

// No more regular lines: the extent, if there is one, is complete, and the rest is verbatim.
void BlobWriter::stop_following() {
    body_.following = false;
    if (!body_.extent) return append_tail(std::exchange(body_.raw_held, {}));
    Extent& extent = layout_.extents.back();
    extent.recipe = body_.lines.recipe();
    extent.raw_bytes = body_.lines.raw_bytes();
    LOAM_CHECK(extent.plain_bytes == body_.lines.plain_bytes());
    LOAM_CHECK(extent.raw_bytes == extent.recipe.raw_bytes(extent.plain_bytes));
    close_extent();
    append_tail(body_.lines.held());
}

void BlobWriter::append_tail(Bytes raw) {
    if (!std::ranges::all_of(raw, is_ignorable)) body_.tail_ignorable = false;
    append_verbatim(raw);
}

void BlobWriter::append_verbatim(Bytes raw) {
    if (raw.empty()) return;
    const bool running = extent_open_ && layout_.extents.back().kind == ExtentKind::verbatim;
    Extent& extent = running ? layout_.extents.back() : open_extent(ExtentKind::verbatim);
    extent.raw_bytes += raw.size();
    append_plain(raw);
}

void BlobWriter::append_plain(Bytes plain) {
    while (!plain.empty()) {
        Extent& extent = layout_.extents.back();
        const std::size_t room = frame_plain_bytes(extent.kind) - plain_.size();
        const Bytes piece = plain.first(std::min(plain.size(), room));
        plain_.insert(plain_.end(), piece.begin(), piece.end());
        extent.plain_bytes += piece.size();
        plain = plain.subspan(piece.size());
        if (piece.size() == room) flush_frame();
    }
}

Extent& BlobWriter::open_extent(ExtentKind kind) {
    close_extent();
    std::uint64_t raw_offset = 0;
    if (!layout_.extents.empty())
        raw_offset = layout_.extents.back().raw_offset + layout_.extents.back().raw_bytes;
    extent_open_ = true;
    dense_ = false;
    layout_.extents.push_back(
        {.kind = kind, .raw_offset = raw_offset, .stored_offset = layout_.stored_bytes});
    return layout_.extents.back();
}

void BlobWriter::close_extent() {
    if (!extent_open_) return;
    if (!plain_.empty()) flush_frame();
    extent_open_ = false;
}

void BlobWriter::flush_frame() {
    Extent& extent = layout_.extents.back();
    const bool binary = extent.kind == ExtentKind::base64;
    const FrameContent content = dense_   ? FrameContent::dense
                                 : binary ? FrameContent::binary
                                          : FrameContent::text;
    const EncodedFrame encoded = zstd_.encode(plain_, content);
    if (binary && extent.frames.empty()) dense_ = encoded.codec == FrameCodec::stored;
    sink_.frame(encoded.stored);
    extent.frames.push_back({.stored_bytes = static_cast<std::uint32_t>(encoded.stored.size()),
                             .codec = encoded.codec,
                             .crc = crc32c(encoded.stored)});
    layout_.stored_bytes += encoded.stored.size();
    plain_.clear();
}

BlobLayout BlobWriter::finish() {
    LOAM_CHECK(!in_body_);
    close_extent();
    for (const Extent& extent : layout_.extents)
        layout_.raw_bytes += extent.raw_bytes;
    LOAM_CHECK(layout_.raw_bytes == raw_bytes_ && raw_bytes_ <= kMessageBytesMax);
    return std::move(layout_);
}

}  // namespace loam
