#include "engine/keep/ingest.h"

#include "engine/base/check.h"

namespace loam::keep {

Ingest::Ingest(ZstdContext& zstd) : blob_(zstd, *this), parser_(*this) {}

void Ingest::feed(Bytes raw) {
    sha256_.update(raw);
    parser_.feed(raw);
}

ByteVector Ingest::take_frames(std::size_t bytes_max) {
    std::size_t frames = 0;
    std::size_t bytes = 0;
    while (frames < frame_sizes_.size() &&
           (frames == 0 || bytes + frame_sizes_[frames] <= bytes_max)) {
        bytes += frame_sizes_[frames];
        ++frames;
    }
    ByteVector taken;
    if (frames == frame_sizes_.size()) {
        taken.swap(frames_);
    } else {
        const auto end = frames_.begin() + static_cast<std::ptrdiff_t>(bytes);
        taken.assign(frames_.begin(), end);
        frames_.erase(frames_.begin(), end);
    }
    frame_sizes_.erase(frame_sizes_.begin(),
                       frame_sizes_.begin() + static_cast<std::ptrdiff_t>(frames));
    return taken;
}

Ingest::Finished Ingest::finish() {
    Finished finished;
    finished.message = parser_.finish();
    finished.layout = blob_.finish();
    finished.sha256 = sha256_.finish();
    for (const auto& [part, extent] : part_extents_) {
        // The parser may have given up on a part after its body began; then nothing points at the
        // extent.
        if (part < finished.message.structure.parts.size()) {
            finished.message.structure.parts[part].blob_extent = extent;
        }
    }
    LOAM_CHECK(finished.layout.raw_bytes == finished.message.raw_bytes);
    return finished;
}

void Ingest::end_base64(std::uint32_t part) {
    if (const auto extent = blob_.end_base64()) part_extents_.emplace_back(part, *extent);
}

void Ingest::frame(Bytes stored) {
    frames_.insert(frames_.end(), stored.begin(), stored.end());
    frame_sizes_.push_back(stored.size());
}

}  // namespace loam::keep
