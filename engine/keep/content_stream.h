#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/codec/blob_layout.h"
#include "engine/codec/blob_reader.h"
#include "engine/codec/frame.h"
#include "engine/io/task.h"
#include "engine/log/log_reader.h"
#include "engine/mail/body_decoder.h"
#include "engine/mail/structure.h"
#include "engine/record/rows.h"

namespace loam::keep {

/// Reads a content's sidecar from the log, as it lies there: split_stored_sidecar checks it.
/// Errors: corrupt, io.
Task<Result<ByteVector>> read_stored_sidecar(LogReader& log, const ContentRow& content);

/// Reads octets of a content's blob, fewer if its places end before the range does.
/// Errors: corrupt, io.
Task<Result<ByteVector>> read_stored(LogReader& log, const ContentRow& content, StoredRange range);

/// Most stored octets fetched from the log at once, and so about the memory of one stream.
inline constexpr std::uint64_t kFetchBytesMax = 256U << 10;

/// Octets of one stored message, frame by frame; only frames in the range are read, and each is
/// held against its checksum.
/// Thread: the loop of `log`. Lifetime: borrows `log`, `zstd` and `layout`.
class ContentStream {
  public:
    /// [offset, offset + length) of the message as received.
    static ContentStream raw(LogReader& log, ZstdContext& zstd, const ContentRow& content,
                             const BlobLayout& layout, std::uint64_t offset, std::uint64_t length);
    /// The same of the decoded octets of one leaf part whose transfer encoding is known.
    static ContentStream decoded(LogReader& log, ZstdContext& zstd, const ContentRow& content,
                                 const BlobLayout& layout, const mail::Part& part,
                                 std::uint64_t offset, std::uint64_t length);

    /// Octets that all calls of next() yield together.
    std::uint64_t size() const { return size_; }
    /// Valid until the next call; empty at the end. Errors: corrupt, io.
    Task<Result<Bytes>> next();

  private:
    ContentStream(LogReader& log, ZstdContext& zstd, const ContentRow& content, BlobReader reader,
                  std::uint64_t size);
    Task<Status> fetch(StoredRange range);
    Task<Result<bool>> next_plain();  // false at the end; else plain_ holds octets
    void trim_to_range();

    LogReader& log_;
    ZstdContext& zstd_;
    ContentRow content_;
    BlobReader reader_;
    std::uint64_t size_;
    std::uint64_t yielded_ = 0;
    ByteVector fetched_;  // stored octets, from fetched_at_ in the blob
    std::uint64_t fetched_at_ = 0;
    ByteVector plain_;
    // Only where a part is decoded on the way:
    std::optional<mail::BodyDecoder> decoder_;
    std::uint64_t skip_ = 0;  // decoded octets before the range
    bool decoder_finished_ = false;
    ByteVector out_;
};

}  // namespace loam::keep
