#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/io/disk.h"
#include "engine/log/format.h"

/// The superblocks SUPER.0 and SUPER.1, and what a new store consists of.
/// Format: docs/format/log.md, section 2.
namespace loam {

inline constexpr std::size_t kSuperBytes = 4096;
/// Format that this program writes, and the newest that it reads.
inline constexpr std::uint32_t kStoreVersion = 1;

struct Super {
    std::uint64_t generation = 0;  ///< SUPER.<generation mod 2> holds it
    StoreId store{};
    std::uint32_t version = kStoreVersion;
    std::uint32_t reader_version_min = kStoreVersion;
    std::uint32_t logs = 1;
    std::int64_t created_us = 0;
    friend bool operator==(const Super&, const Super&) = default;
};

void encode_super(const Super& super, std::span<std::byte, kSuperBytes> out);
/// Errors: corrupt, unsupported (made for newer programs, or with more than one log).
Result<Super> decode_super(Bytes in);

/// The valid superblock of the highest generation. Errors: not_found (neither file exists: no store
/// here), corrupt (neither is valid), unsupported, io.
Task<Result<Super>> read_super(io::Disk& disk, std::string root);
/// One of the two copies, `number` 0 or 1. Errors: not_found, corrupt, unsupported, io.
Task<Result<Super>> read_super_copy(io::Disk& disk, std::string root, int number);
/// Writes `super` with the next generation, durably, over the older of the two. Returns what it
/// wrote. Errors: io, no_room.
Task<Result<Super>> write_super(io::Disk& disk, std::string root, Super super);
/// Makes log/, log/0/ and the superblocks in `root`, which exists and holds no store. Superblocks
/// come last, so a store that has one is whole; a crash before that leaves what a second call
/// completes.
/// Errors: exists, io, no_room.
Task<Result<Super>> create_store(io::Disk& disk, std::string root, StoreId store,
                                 std::int64_t created_us);

}  // namespace loam
