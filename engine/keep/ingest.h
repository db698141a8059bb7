#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/codec/blob_writer.h"
#include "engine/codec/checksum.h"
#include "engine/codec/frame.h"
#include "engine/mail/parser.h"

namespace loam::keep {

/// Turns the octets of one message, as they arrive, into what the log stores: frames, layout,
/// structure, hash. Thread:   one at a time, any. Lifetime: borrows `zstd`, which others may use
/// between two calls. Memory:   the frames not yet taken, one frame being filled, one header block.
class Ingest final : private mail::BodySink, private FrameSink {
  public:
    explicit Ingest(ZstdContext& zstd);

    void feed(Bytes raw);
    /// Octets of whole frames that wait to be taken.
    std::size_t frame_bytes() const { return frames_.size(); }
    /// Takes whole frames from the front, at most `bytes_max` octets of them but at least one frame
    /// if any waits.
    ByteVector take_frames(std::size_t bytes_max);

    /// What is known once the last octet has come. The remaining frames are then ready to be taken.
    struct Finished {
        mail::ParsedMessage message;
        BlobLayout layout;
        Sha256Digest sha256{};
    };
    Finished finish();
    std::uint64_t raw_bytes() const { return blob_.raw_bytes(); }

  private:
    void text(Bytes raw) override { blob_.text(raw); }
    void begin_base64(std::uint32_t /*part*/) override { blob_.begin_base64(); }
    void base64(Bytes raw) override { blob_.base64(raw); }
    void end_base64(std::uint32_t part) override;
    void frame(Bytes stored) override;

    ByteVector frames_;
    std::vector<std::size_t> frame_sizes_;  // of the frames in frames_
    BlobWriter blob_;
    mail::MessageParser parser_;
    Sha256 sha256_;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> part_extents_;
};

}  // namespace loam::keep
