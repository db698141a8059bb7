#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "engine/base/result.h"
#include "engine/io/disk.h"
#include "engine/log/format.h"

namespace loam {

/// Whose history a closed segment holds.
struct SegmentSurvey {
    Lsn end;                        ///< behind its closing group
    std::set<AccountId> accounts;   ///< with a record that is no filler and no checkpoint
    std::uint64_t front_bytes = 0;  ///< what its headers, tables and metas take on the disk
};

/// Reads the record tables of one segment, and no payload. Errors: corrupt (it has no valid closing
/// group, or something before it is damaged), unsupported, not_found, io.
Task<Result<SegmentSurvey>> survey_segment(io::Disk& disk, std::string dir, SegmentId segment);

}  // namespace loam
