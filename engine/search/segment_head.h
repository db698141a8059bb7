#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/search/column_block.h"
#include "engine/search/gram_block.h"

namespace loam::lookup {

/// Segments of one level that are merged into one of the next.
inline constexpr std::size_t kMergeFanOut = 8;
/// The highest level; its segments are not merged any further.
inline constexpr std::uint8_t kLevelMax = 3;
/// By its messages: at most 512, 4,096 or 32,768, or more.
constexpr std::uint8_t level_of(std::size_t docs) {
    std::uint8_t level = 0;
    for (std::size_t most = 512; docs > most && level < kLevelMax; most *= kMergeFanOut)
        ++level;
    return level;
}

/// What is known of a segment without its blocks: which messages it has, and where which terms and
/// values are. Format: docs/format/search.md, section 5.
struct SegmentHead {
    std::uint8_t level = 0;
    std::vector<Cid> cids;          ///< of document 0, 1, ...; each once, in any order
    std::uint64_t text_bytes = 0;   ///< folded text that went in
    std::uint64_t block_bytes = 0;  ///< what the blocks take
    std::vector<FieldTerm> grams;   ///< first term of each gram block, ascending
    /// First document of each block of a column, ascending from 0.
    std::array<std::vector<Doc>, kColumns> columns;

    Doc docs() const { return static_cast<Doc>(cids.size()); }
    friend bool operator==(const SegmentHead&, const SegmentHead&) = default;
};

ByteVector encode_head(const SegmentHead& head);
/// Errors: corrupt, unsupported.
Result<SegmentHead> decode_head(Bytes encoded);

}  // namespace loam::lookup
