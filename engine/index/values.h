#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/index/view.h"
#include "engine/record/record.h"

/// Values that are the index's own; those of rows are in engine/record/row_codec.h. Format:
/// docs/format/index.md, section 3. Pure; any thread. Decoders' errors: corrupt, unsupported.
namespace loam::index {

/// Reference counts of the cids of one key that are not 1, by their place in the block of 256.
using Counts = std::map<std::uint8_t, std::uint32_t>;

std::string encode_applied(const Applied& applied);
std::string encode_account_id(AccountId account);
std::string encode_snapshot(const SnapshotRow& row);
std::string encode_checkpoint(const CheckpointRecord& checkpoint);
std::string encode_counts(const Counts& counts);  ///< not empty: that is an absent key

Result<Applied> decode_applied(std::string_view value);
Result<AccountId> decode_account_id(std::string_view value);
Result<SnapshotRow> decode_snapshot(std::string_view value);
Result<CheckpointRecord> decode_checkpoint(std::string_view value);
Result<Counts> decode_counts(std::string_view value);

}  // namespace loam::index
