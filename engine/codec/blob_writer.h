#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "engine/base/bytes.h"
#include "engine/codec/base64_lines.h"
#include "engine/codec/blob_layout.h"
#include "engine/codec/frame.h"

namespace loam {

/// Encoded octets that a base64 extent covers at least; less is not worth a transform.
inline constexpr std::size_t kBase64ExtentBytesMin = 4096;

/// Where a blob goes while it is written.
class FrameSink {
  public:
    FrameSink() = default;
    FrameSink(const FrameSink&) = delete;
    FrameSink(FrameSink&&) = delete;
    FrameSink& operator=(const FrameSink&) = delete;
    FrameSink& operator=(FrameSink&&) = delete;
    virtual ~FrameSink() = default;
    /// The next bytes of the blob: one frame. `stored` is valid during the call.
    virtual void frame(Bytes stored) = 0;
};

/// Appends frames to a buffer, which it borrows.
class BufferSink final : public FrameSink {
  public:
    explicit BufferSink(ByteVector& out) : out_(out) {}
    void frame(Bytes stored) override { out_.insert(out_.end(), stored.begin(), stored.end()); }

  private:
    ByteVector& out_;
};

/// What BlobWriter knows about the base64 body it is in.
struct Base64Body {
    Base64LineReader lines;
    bool following = true;  ///< the lines are still regular
    ByteVector raw_held;    ///< all so far, until the extent is sure to be long enough
    ByteVector decoded;     ///< what `lines` gave and the extent does not have yet
    std::optional<std::uint32_t> extent;
    bool tail_ignorable = true;  ///< after the regular lines came nothing but CR, LF and spaces
};

/// Turns the bytes of one message, as they arrive, into a blob and its layout.
/// Any cut of the input into calls gives the same blob.
/// Thread:    one at a time. Lifetime: borrows `zstd` and `sink`; between two calls others may use
/// them. Memory:    the frame being filled (up to 126 KiB) and 5 KiB; frames leave through the
/// sink. Order:     text and base64 bodies in the order of the message, at most kMessageBytesMax in
/// all.
class BlobWriter {
  public:
    BlobWriter(ZstdContext& zstd, FrameSink& sink);

    /// Bytes outside base64 bodies: headers, boundaries, all other bodies.
    void text(Bytes raw);

    /// Around the body of a leaf whose Content-Transfer-Encoding is base64, which base64() brings
    /// in pieces. What is regular in it, from its first line on, is stored decoded if that covers
    /// at least kBase64ExtentBytesMin octets; the rest is stored as it came.
    void begin_base64();
    void base64(Bytes raw);
    /// Returns the number of the extent that holds the decoded body, if one extent covers the whole
    /// of it but for CR, LF and spaces at the end. Then its plain bytes are what Base64Decoder
    /// makes of the body, and BINARY is a plain read.
    std::optional<std::uint32_t> end_base64();

    /// Octets given so far; stored octets so far given to the sink.
    std::uint64_t raw_bytes() const { return raw_bytes_; }
    std::uint64_t stored_bytes() const { return layout_.stored_bytes; }

    /// Writes the last frame. Once, outside a base64 body; nothing may follow.
    BlobLayout finish();

  private:
    void follow_base64();
    void stop_following();
    void append_tail(Bytes raw);
    void append_verbatim(Bytes raw);
    void append_plain(Bytes plain);
    Extent& open_extent(ExtentKind kind);
    void close_extent();
    void flush_frame();

    ZstdContext& zstd_;
    FrameSink& sink_;
    BlobLayout layout_;
    std::uint64_t raw_bytes_ = 0;
    bool extent_open_ = false;  // layout_.extents.back() is still growing
    bool dense_ = false;        // its first frame did not shrink, so the others are not tried
    ByteVector plain_;          // of the frame being filled
    bool in_body_ = false;
    Base64Body body_;
};

}  // namespace loam
