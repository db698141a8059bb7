#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "engine/base/bytes.h"
#include "engine/codec/base64_recognizer.h"
#include "engine/codec/blob_layout.h"
#include "engine/codec/frame.h"

namespace loam {

/// Where a blob goes while it is written.
class FrameSink {
  public:
    FrameSink() = default;
    FrameSink(const FrameSink&) = delete;
    FrameSink& operator=(const FrameSink&) = delete;
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
    void append_plain(Bytes plain);
    void append_verbatim(Bytes raw);
    void append_recognized();
    void open_extent(ExtentKind kind);
    void close_extent();
    void flush_frame();

    ZstdContext& zstd_;
    FrameSink& sink_;
    BlobLayout layout_;
    std::uint64_t raw_bytes_ = 0;
    bool extent_open_ = false;  // layout_.extents.back() is still growing
    bool dense_ = false;        // its first frame did not shrink, so the others are not tried
    ByteVector plain_;          // of the frame being filled
    bool in_base64_ = false;
    Base64Recognizer recognizer_;
    std::optional<std::uint32_t> base64_extent_;  // of this body, once it is long enough
    bool tail_ignorable_ = true;                  // after it came nothing but CR, LF and spaces
};

}  // namespace loam
