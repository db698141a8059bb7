#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "engine/base/bytes.h"
#include "engine/base/result.h"

struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;
struct ZSTD_CDict_s;
struct ZSTD_DDict_s;

/// Frames: the unit that is compressed, read and decoded. Format: docs/format/blob.md, section 3.
namespace loam {

/// How the stored bytes of a frame give its plain bytes. The numbers are on disk.
enum class FrameCodec : std::uint8_t {
    stored = 0,           ///< as they are
    zstd = 1,             ///< one zstd frame that states its content size
    zstd_dictionary = 2,  ///< the same, with the shipped dictionary (engine/codec/mail.dict, id 1)
};

/// What the writer knows about the plain bytes.
enum class FrameContent : std::uint8_t {
    text,    ///< level 3, with the dictionary when short
    binary,  ///< level 1, never with the dictionary
    dense,   ///< known not to shrink: stored without a try
};

/// Most plain bytes of one frame, of any kind.
inline constexpr std::size_t kFramePlainBytesMax = 128U << 10;
/// Text frames up to this size use the dictionary. Measured: docs/design/0001.
inline constexpr std::size_t kDictionaryFrameBytesMax = 16U << 10;

struct EncodedFrame {
    FrameCodec codec = FrameCodec::stored;
    Bytes stored;  ///< lies in the plain bytes or in the context, until its next call
};

/// Compression state, dictionary tables and two frame buffers: about 2 MiB, so one a thread,
/// reused. Thread: one at a time. Results lie in its buffers until the next call.
class ZstdContext {
  public:
    ZstdContext();
    ~ZstdContext();
    ZstdContext(const ZstdContext&) = delete;
    ZstdContext(ZstdContext&&) = delete;
    ZstdContext& operator=(const ZstdContext&) = delete;
    ZstdContext& operator=(ZstdContext&&) = delete;

    /// `plain` is 1 to kFramePlainBytesMax octets. A frame that saves less than 3 % is stored.
    EncodedFrame encode(Bytes plain, FrameContent content);

    /// The plain bytes, which lie in `stored` or in the context. `plain_bytes` comes from the
    /// layout and must be what the frame itself states; it is checked before anything is allocated.
    /// Errors: corrupt.
    Result<Bytes> decode(FrameCodec codec, Bytes stored, std::size_t plain_bytes);

  private:
    struct Free {
        void operator()(ZSTD_CCtx_s* context) const;
        void operator()(ZSTD_DCtx_s* context) const;
        void operator()(ZSTD_CDict_s* dictionary) const;
        void operator()(ZSTD_DDict_s* dictionary) const;
    };
    std::unique_ptr<ZSTD_CCtx_s, Free> compress_;
    std::unique_ptr<ZSTD_DCtx_s, Free> decompress_;
    std::unique_ptr<ZSTD_CDict_s, Free> compress_dictionary_;
    std::unique_ptr<ZSTD_DDict_s, Free> decompress_dictionary_;
    ByteVector stored_;
    ByteVector plain_;
};

/// The dictionary that ships with the program. Part of the format: it never changes, a better one
/// would get another codec number.
Bytes shipped_dictionary();

}  // namespace loam
