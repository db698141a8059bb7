#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/io/disk.h"
#include "engine/log/format.h"

namespace loam::keep {

/// How far a running store has read its own log, so that a restart goes on there: the file
/// SCRUBBED. Times are wall time.
struct ScrubNote {
    std::int64_t begun_us = 0;     ///< of the pass that is under way, or was the last; 0: none yet
    SegmentId next = 0;            ///< of that pass; 0: it came to the end
    std::uint64_t damages = 0;     ///< that it found
    std::int64_t finished_us = 0;  ///< when the last whole pass ended; 0: none yet
    std::uint64_t last_damages = 0;  ///< that the last whole pass found
    friend bool operator==(const ScrubNote&, const ScrubNote&) = default;
};

std::string encode_scrub_note(const ScrubNote& note);
/// Nothing: it is damaged, or of another version.
std::optional<ScrubNote> decode_scrub_note(Bytes in);

/// Of the store at `path`; the first pass is still to come where there is none that can be read.
/// Errors: io.
Task<Result<ScrubNote>> read_scrub_note(io::Disk& disk, std::string path);
/// Whole or not at all. Errors: io, no_room.
Task<Status> write_scrub_note(io::Disk& disk, std::string path, ScrubNote note);

}  // namespace loam::keep
