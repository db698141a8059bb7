#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/index/keys.h"
#include "engine/search/segment_writer.h"

/// Keys of the search family: docs/format/search.md, section 6. Pure; any thread.
namespace loam::lookup {

std::string head_key(AccountId account, std::uint64_t segment);
std::string block_key(AccountId account, std::uint64_t segment, BlockName name);
index::KeyRange all_heads(AccountId account);
index::KeyRange all_blocks(AccountId account);
index::KeyRange all_keys(AccountId account);
/// The segment that a key of all_heads or all_blocks is of. Errors: corrupt.
Result<std::uint64_t> segment_of_key(std::string_view key);

}  // namespace loam::lookup
