#pragma once

#include <vector>

#include "engine/search/column_scan.h"
#include "engine/search/segment_writer.h"
#include "engine/search/terms.h"

/// Asks one segment. Errors of all: corrupt (the segment is damaged), and those of the loader.
namespace loam::lookup {

/// Documents that may contain a needle in a field.
struct Candidates {
    bool all = false;    ///< every document; `docs` is empty
    bool exact = false;  ///< those and only those contain it
    std::vector<Doc> docs;
};
Result<Candidates> find_candidates(const SegmentHead& head, const LoadBlocks& load, Field field,
                                   const NeedleTerms& needle);

}  // namespace loam::lookup
