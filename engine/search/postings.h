#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/search/bits.h"

/// Which documents of a segment have a term: docs/format/search.md, section 3.
namespace loam::lookup {

/// A document's number in its segment.
using Doc = std::uint32_t;
inline constexpr Doc kSegmentDocsMax = 1U << 20;

/// Writes `docs`, ascending and below `total`, without their number, which the reader has to know.
/// Golomb-Rice gaps of those that are in the list or of those that are not, whichever are fewer.
void write_postings(std::span<const Doc> docs, Doc total, BitWriter& out);

/// Appends the `count` documents to `out`, ascending. What cannot be is a failure of `in`; then
/// `out` has something of no use. `count` <= `total` <= kSegmentDocsMax.
void read_postings(BitReader& in, Doc count, Doc total, std::vector<Doc>& out);

/// Passes over them.
void skip_postings(BitReader& in, Doc count, Doc total);

}  // namespace loam::lookup
