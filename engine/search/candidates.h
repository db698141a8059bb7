#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/search/segment_writer.h"
#include "engine/search/terms.h"

/// Asks one segment. Errors of all: corrupt (the segment is damaged), and those of the loader.
namespace loam::lookup {

/// Blocks of the segment in the order of their names. Errors: corrupt (one is not there), io.
using LoadBlocks = std::function<Result<std::vector<std::string>>(std::span<const BlockName>)>;

/// Documents that may contain a needle in a field.
struct Candidates {
    bool all = false;    ///< every document; `docs` is empty
    bool exact = false;  ///< those and only those contain it
    std::vector<Doc> docs;
};
Result<Candidates> find_candidates(const SegmentHead& head, const LoadBlocks& load, Field field,
                                   const NeedleTerms& needle);

/// Calls `use` with each document and its value, nothing where that was left out.
using UseValue = std::function<void(Doc, std::optional<std::string_view>)>;
Status scan_column(const SegmentHead& head, const LoadBlocks& load, Column column,
                   ZstdContext& zstd, const UseValue& use);

}  // namespace loam::lookup
