#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/record/rows.h"

/// Some hundred message rows as two values: what never changes, and flags with their modseqs.
/// Format: docs/format/index.md, section 4. Pure; any thread. Decoders' errors: corrupt,
/// unsupported (a newer version).
namespace loam::index {

/// Rows of a chunk when it is sealed. The measurement: docs/format/index.md, section 5.
inline constexpr std::size_t kChunkRows = 256;
/// Most rows of any chunk; one that would grow beyond is split.
inline constexpr std::size_t kChunkRowsMax = 2 * kChunkRows;
/// A chunk that shrinks below this merges with a neighbour if both fit into kChunkRows.
inline constexpr std::size_t kChunkRowsSmall = kChunkRows / 4;

struct FixedHead {
    std::uint32_t count = 0;
    Uid first;
    Uid last;
    std::uint64_t octets = 0;
    friend bool operator==(const FixedHead&, const FixedHead&) = default;
};

struct ChangingHead {
    std::uint32_t count = 0;
    Modseq highest_modseq;
    std::uint32_t unseen = 0;
    std::uint32_t deleted = 0;
    std::uint64_t deleted_octets = 0;
    Uid first_unseen;  ///< 0: none
    friend bool operator==(const ChangingHead&, const ChangingHead&) = default;
};

FixedHead fixed_head(std::span<const MessageRow> rows);
ChangingHead changing_head(std::span<const MessageRow> rows);

/// `rows`: 1 to kChunkRowsMax, by ascending uid; no uid and no modseq is 0.
std::string encode_fixed(std::span<const MessageRow> rows);
std::string encode_changing(std::span<const MessageRow> rows);

Result<FixedHead> decode_fixed_head(std::string_view fixed);
Result<ChangingHead> decode_changing_head(std::string_view changing);
/// Both values of one chunk. The heads are checked against the rows.
Result<std::vector<MessageRow>> decode_chunk(std::string_view fixed, std::string_view changing);

}  // namespace loam::index
