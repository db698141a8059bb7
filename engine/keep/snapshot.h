#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/index/view.h"

/// All that the index says of one account, as octets for the log: what the account's records up to
/// some point amount to. Format: docs/format/record.md, section 5.
namespace loam::keep {

struct SnapshotPart {
    ByteVector octets;
    std::string next;  ///< key with which the next part begins; empty: this is the last
};
/// The part that begins with the key `from`, of about `part_bytes`. All parts of one snapshot are
/// taken from one view. Errors: io, corrupt.
Result<SnapshotPart> take_snapshot_part(const IndexView& view, AccountId account,
                                        std::string_view from, std::size_t part_bytes);

/// Keys of the index with their values.
using SnapshotEntries = std::vector<std::pair<std::string, std::string>>;
/// Errors: corrupt, unsupported.
Result<SnapshotEntries> decode_snapshot_part(Bytes part);

}  // namespace loam::keep
