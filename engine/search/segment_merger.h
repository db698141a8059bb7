#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "engine/search/segment_writer.h"

namespace loam::lookup {

/// A segment that goes into another.
struct MergeSource {
    SegmentHead head;
    /// A block of it. Errors: corrupt (it is not there), io.
    std::function<Result<std::string>(BlockName)> load;
    std::vector<bool> keep;  ///< by document; the others leave nothing behind
};

/// Writes one segment of `level` with the documents that are kept, in the order of the sources.
/// Together they are at most kSegmentDocsMax. Memory: a block of each source and kind.
/// Errors: corrupt (a source is damaged), and those of `load` and `sink`.
Result<SegmentHead> merge_segments(std::span<const MergeSource> sources, std::uint8_t level,
                                   ZstdContext& zstd, const BlockSink& sink);

}  // namespace loam::lookup
