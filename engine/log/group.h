#pragma once

#include <memory>
#include <span>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/log/format.h"
#include "engine/log/scanner.h"
#include "engine/log/submission.h"

/// A whole group in memory. Format: docs/format/log.md, section 4. Pure; any thread.
namespace loam {

/// Lays the transactions out in `out`, which is GroupSize::total_bytes() long and may hold
/// anything; every octet of it is written. `header` gives signature, lsn, durable, previous_chain,
/// wall_us and flags. Fills Submission::group and payload_places. Returns the group's chain hash.
/// Without transactions the group holds one NOOP record.
Hash128 assemble_group(GroupHeader header, std::span<const std::unique_ptr<Submission>> submissions,
                       MutableBytes out);

/// The chain hash of a group: of its header, record table and metas, never of payloads.
Hash128 chain_hash(Bytes header_and_metas);

/// Whether the record table and metas are what was written with `header`. `in` begins with the
/// header and holds at least header.meta_bytes more. False: a torn write, or damage.
bool metas_intact(const GroupHeader& header, Bytes in);

/// Decodes the records of a group whose metas are intact. Errors: corrupt (a bug or worse, never a
/// torn write), unsupported (a newer version of a record).
Result<ScannedGroup> parse_group(const GroupHeader& header, Bytes in);

}  // namespace loam
