#pragma once

#include <cstdint>
#include <string>

#include "engine/base/result.h"

/// Files of a store, copied for a backup or out of one. These calls block.
namespace loam::check {

/// Makes `to` (which is replaced) a file of `size` octets whose first `length` are those of `from`
/// and whose others are zeros; blocks are shared and holes kept where the file systems can. Durable
/// but for its name, which is put there last. The time of its last change is that of `from`.
/// Returns the octets that were read. Errors: not_found (`from`), io, no_room.
Result<std::uint64_t> copy_file(const std::string& from, const std::string& to,
                                std::uint64_t length, std::uint64_t size);

/// Whether both are there and have the same size and time of last change.
bool looks_copied(const std::string& from, const std::string& to);

/// Its length. Errors: not_found, io.
Result<std::uint64_t> file_size(const std::string& path);

}  // namespace loam::check
