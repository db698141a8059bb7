#include "engine/log/holes.h"

#include <memory>
#include <utility>

#include "engine/base/bytes.h"
#include "engine/base/check.h"
#include "engine/codec/checksum.h"
#include "engine/codec/varint.h"

namespace loam {
namespace {

// holes := "LOAMHOLE" version:u8 count:varint (end:u64 chain:16 to:u64)... crc:u32
constexpr std::string_view kMagic = "LOAMHOLE";
constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kCrcBytes = 4;
constexpr std::size_t kHolesMax = 4096;
constexpr std::size_t kHoleBytes = 32;
constexpr std::size_t kFileBytesMax = 32 + kHolesMax * kHoleBytes;

std::string path_in(const std::string& dir) {
    return dir + "/HOLES";
}

}  // namespace

std::string encode_holes(const std::vector<LogHole>& holes) {
    LOAM_CHECK(holes.size() <= kHolesMax);
    ByteVector octets;
    ByteWriter out(octets);
    out.bytes(as_bytes(kMagic));
    out.u8(kVersion);
    out.varint(holes.size());
    for (const LogHole& hole : holes) {
        out.u64(hole.from.end.value);
        out.bytes(hole.from.chain);
        out.u64(hole.to.value);
    }
    out.u32(crc32c(octets));
    return std::string(as_text(octets));
}

Result<std::vector<LogHole>> decode_holes(std::string_view text) {
    const Bytes all = as_bytes(text);
    if (all.size() < kMagic.size() + 1 + kCrcBytes || !text.starts_with(kMagic)) {
        return fail(Errc::corrupt, "HOLES: no such list");
    }
    const Bytes body = all.first(all.size() - kCrcBytes);
    ByteReader end(all.subspan(body.size()), "HOLES");
    if (end.u32() != crc32c(body)) return fail(Errc::corrupt, "HOLES: checksum");
    ByteReader in(body.subspan(kMagic.size()), "HOLES");
    if (in.u8() != kVersion) return fail(Errc::unsupported, "HOLES: newer version");
    const std::size_t count = in.count(kHolesMax);
    std::vector<LogHole> holes(count);
    for (LogHole& hole : holes) {
        hole.from.end = Lsn{in.u64()};
        const Bytes chain = in.bytes(hole.from.chain.size());
        if (chain.size() == hole.from.chain.size())
            std::ranges::copy(chain, hole.from.chain.begin());
        hole.to = Lsn{in.u64()};
        if (hole.to <= hole.from.end) in.refuse("a hole that ends before it begins");
    }
    LOAM_TRY_STATUS(in.finish());
    return holes;
}

Task<Result<std::vector<LogHole>>> read_holes(io::Disk& disk, std::string dir) {
    auto file = co_await disk.open(path_in(dir), io::OpenMode::read);
    if (!file && file.error().code == Errc::not_found) co_return std::vector<LogHole>();
    if (!file) co_return std::move(file.error());
    ByteVector octets(kFileBytesMax);
    LOAM_CO_TRY(const std::size_t got, co_await (*file)->read(0, octets));
    octets.resize(got);
    co_return decode_holes(as_text(octets));
}

Task<Status> write_holes(io::Disk& disk, std::string dir, std::vector<LogHole> holes) {
    const std::string path = path_in(dir);
    const std::string fresh = path + ".new";
    Status gone = co_await disk.unlink(fresh);
    if (!gone && gone.error().code != Errc::not_found) co_return gone;
    LOAM_CO_TRY(const std::unique_ptr<io::File> file,
                co_await disk.open(fresh, io::OpenMode::create));
    const std::string octets = encode_holes(holes);
    LOAM_CO_TRY_STATUS(co_await file->write(0, as_bytes(octets)));
    LOAM_CO_TRY_STATUS(co_await file->sync());
    LOAM_CO_TRY_STATUS(co_await disk.rename(fresh, path));
    co_return co_await disk.sync_dir(dir);
}

}  // namespace loam
