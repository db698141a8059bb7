#include "engine/log/super.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "engine/base/check.h"
#include "engine/codec/le.h"
#include "engine/log/segment_files.h"

namespace loam {
namespace {

// super := magic:u64 generation:u64 store:16 version:u32 reader_version_min:u32 logs:u32 zero:u32
//          created_us:u64 zero... crc:u32                   docs/format/log.md, section 2
constexpr std::uint64_t kMagic = 0x5250'5553'4d41'4f4c;  // "LOAMSUPR"
constexpr std::size_t kCrcOffset = kSuperBytes - 4;
constexpr std::size_t kFieldsEnd = 56;
constexpr std::uint32_t kLogsKnown = 1;

std::string super_path(const std::string& root, std::uint64_t generation) {
    return root + "/SUPER." + std::to_string(generation % 2);
}

io::AlignedBuffer encoded(const Super& super) {
    io::AlignedBuffer buffer(kSuperBytes);
    encode_super(super, buffer.span().first<kSuperBytes>());
    return buffer;
}

/// not_found when there is no such file; corrupt when it is no superblock.
Task<Result<Super>> read_one(io::Disk& disk, std::string path) {
    LOAM_CO_TRY(const std::unique_ptr<io::File> file, co_await disk.open(path, io::OpenMode::read));
    ByteVector octets(kSuperBytes);
    LOAM_CO_TRY(const std::size_t got, co_await file->read(0, octets));
    octets.resize(got);
    co_return decode_super(octets);
}

/// The new content under another name, durable, then the name: never half a superblock.
Task<Status> replace(io::Disk& disk, std::string root, Super super) {
    const std::string path = super_path(root, super.generation);
    const std::string fresh = path + ".new";
    Status gone = co_await disk.unlink(fresh);
    if (!gone && gone.error().code != Errc::not_found) co_return gone;
    LOAM_CO_TRY(const std::unique_ptr<io::File> file,
                co_await disk.open(fresh, io::OpenMode::create));
    const io::AlignedBuffer buffer = encoded(super);
    LOAM_CO_TRY_STATUS(co_await file->write(0, buffer.span()));
    LOAM_CO_TRY_STATUS(co_await file->sync());
    LOAM_CO_TRY_STATUS(co_await disk.rename(fresh, path));
    co_return co_await disk.sync_dir(root);
}

Task<Status> make_dir_if_missing(io::Disk& disk, std::string path) {
    Status made = co_await disk.make_dir(path);
    if (!made && made.error().code != Errc::exists) co_return made;
    co_return Status::good();
}

}  // namespace

void encode_super(const Super& super, std::span<std::byte, kSuperBytes> out) {
    std::ranges::fill(out, std::byte{0});
    store_le64(out.subspan<0, 8>(), kMagic);
    store_le64(out.subspan<8, 8>(), super.generation);
    std::ranges::copy(super.store, out.subspan<16, 16>().begin());
    store_le32(out.subspan<32, 4>(), super.version);
    store_le32(out.subspan<36, 4>(), super.reader_version_min);
    store_le32(out.subspan<40, 4>(), super.logs);
    store_le64(out.subspan<48, 8>(), static_cast<std::uint64_t>(super.created_us));
    store_le32(out.subspan<kCrcOffset, 4>(), crc32c(out.first<kCrcOffset>()));
}

Result<Super> decode_super(Bytes in) {
    if (in.size() < kSuperBytes) return fail(Errc::corrupt, "superblock: cut short");
    const auto octets = in.first<kSuperBytes>();
    if (load_le64(octets.subspan<0, 8>()) != kMagic) {
        return fail(Errc::corrupt, "superblock: magic");
    }
    if (load_le32(octets.subspan<kCrcOffset, 4>()) != crc32c(octets.first<kCrcOffset>())) {
        return fail(Errc::corrupt, "superblock: checksum");
    }
    Super super{
        .generation = load_le64(octets.subspan<8, 8>()),
        .store = {},
        .version = load_le32(octets.subspan<32, 4>()),
        .reader_version_min = load_le32(octets.subspan<36, 4>()),
        .logs = load_le32(octets.subspan<40, 4>()),
        .created_us = static_cast<std::int64_t>(load_le64(octets.subspan<48, 8>())),
    };
    std::ranges::copy(octets.subspan<16, 16>(), super.store.begin());
    if (super.reader_version_min > kStoreVersion) {
        return fail(Errc::unsupported, "superblock: the store is for newer programs");
    }
    if (super.logs != kLogsKnown) {
        return fail(Errc::unsupported, "superblock: this program knows stores of one log only");
    }
    // A newer program may use octets that this one must know nothing of; an equal one may not.
    if (super.version == kStoreVersion &&
        !std::ranges::all_of(octets.subspan<kFieldsEnd, kCrcOffset - kFieldsEnd>(),
                             [](std::byte b) { return b == std::byte{0}; })) {
        return fail(Errc::corrupt, "superblock: reserved octets");
    }
    return super;
}

Task<Result<Super>> read_super(io::Disk& disk, std::string root) {
    Result<Super> first = co_await read_one(disk, super_path(root, 0));
    Result<Super> second = co_await read_one(disk, super_path(root, 1));
    if (first && second) co_return first->generation > second->generation ? first : second;
    // A superblock that is there and asks for a newer program is not outvoted by an older one.
    for (Result<Super>* result : {&first, &second}) {
        if (*result) continue;
        const Errc code = result->error().code;
        if (code != Errc::corrupt && code != Errc::not_found) co_return *result;
    }
    if (first) co_return first;
    if (second) co_return second;
    const bool missing = first.error().code == Errc::not_found;
    if (missing && second.error().code != Errc::not_found) co_return second;
    if (missing) co_return fail(Errc::not_found, root + ": no store here");
    co_return fail(Errc::corrupt, root + "/SUPER.0, SUPER.1: " + first.error().what);
}

Task<Result<Super>> read_super_copy(io::Disk& disk, std::string root, int number) {
    co_return co_await read_one(disk, super_path(root, static_cast<std::uint64_t>(number)));
}

Task<Result<Super>> write_super(io::Disk& disk, std::string root, Super super) {
    LOAM_CHECK(super.logs == kLogsKnown);
    ++super.generation;
    LOAM_CO_TRY_STATUS(co_await replace(disk, root, super));
    co_return super;
}

Task<Result<Super>> create_store(io::Disk& disk, std::string root, StoreId store,
                                 std::int64_t created_us) {
    const Result<Super> there = co_await read_super(disk, root);
    if (there || there.error().code != Errc::not_found) {
        co_return fail(Errc::exists, root + ": holds a store already");
    }
    LOAM_CO_TRY_STATUS(co_await make_dir_if_missing(disk, root + "/log"));
    LOAM_CO_TRY_STATUS(co_await make_dir_if_missing(disk, log_dir(root, 0)));
    LOAM_CO_TRY_STATUS(co_await disk.sync_dir(root + "/log"));
    LOAM_CO_TRY_STATUS(co_await disk.sync_dir(root));
    Super super;
    super.store = store;
    super.created_us = created_us;
    LOAM_CO_TRY(const Super first, co_await write_super(disk, root, super));
    co_return co_await write_super(disk, root, first);
}

}  // namespace loam
