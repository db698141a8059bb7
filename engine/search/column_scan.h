#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/codec/frame.h"
#include "engine/search/column_block.h"
#include "engine/search/segment_writer.h"

/// Reads a column of one segment. Errors of all: corrupt (the segment is damaged), those of the
/// loader and of `use`.
namespace loam::lookup {

/// Blocks of the segment in the order of their names. Errors: corrupt (one is not there), io.
using LoadBlocks = std::function<Result<std::vector<std::string>>(std::span<const BlockName>)>;

/// Calls `use` with the values of one block after another, and the document of its first.
using UseColumnBlock = std::function<Status(Doc, const ColumnValues&)>;
Status scan_blocks(const SegmentHead& head, const LoadBlocks& load, Column column,
                   ZstdContext& zstd, const UseColumnBlock& use);
/// Calls `use` with each document and its value, nothing where that was left out.
using UseValue = std::function<void(Doc, std::optional<std::string_view>)>;
Status scan_column(const SegmentHead& head, const LoadBlocks& load, Column column,
                   ZstdContext& zstd, const UseValue& use);

}  // namespace loam::lookup
