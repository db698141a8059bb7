#include "engine/keep/scrub_note.h"

#include <memory>

#include "engine/codec/checksum.h"
#include "engine/codec/varint.h"

namespace loam::keep {

namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kNoteBytes = 41;

std::string name_of(const std::string& path) {
    return path + "/SCRUBBED";
}

}  // namespace

// note := version:u8 begun:u64 next:u32 damages:u64 finished:u64 last_damages:u64 crc:u32
std::string encode_scrub_note(const ScrubNote& note) {
    ByteVector octets;
    ByteWriter out(octets);
    out.u8(kVersion);
    out.u64(static_cast<std::uint64_t>(note.begun_us));
    out.u32(note.next);
    out.u64(note.damages);
    out.u64(static_cast<std::uint64_t>(note.finished_us));
    out.u64(note.last_damages);
    out.u32(crc32c(octets));
    return std::string(as_text(octets));
}

std::optional<ScrubNote> decode_scrub_note(Bytes in) {
    if (in.size() != kNoteBytes) return std::nullopt;
    ByteReader reader(in, "SCRUBBED");
    if (reader.u8() != kVersion) return std::nullopt;
    ScrubNote note;
    note.begun_us = static_cast<std::int64_t>(reader.u64());
    note.next = reader.u32();
    note.damages = reader.u64();
    note.finished_us = static_cast<std::int64_t>(reader.u64());
    note.last_damages = reader.u64();
    if (reader.u32() != crc32c(in.first(kNoteBytes - sizeof(std::uint32_t)))) return std::nullopt;
    return note;
}

Task<Result<ScrubNote>> read_scrub_note(io::Disk& disk, std::string path) {
    const auto file = co_await disk.open(name_of(path), io::OpenMode::read);
    if (!file && file.error().code == Errc::not_found) co_return ScrubNote{};
    if (!file) co_return file.error();
    ByteVector octets(kNoteBytes + 1);
    LOAM_CO_TRY(const std::size_t got, co_await (*file)->read(0, octets));
    octets.resize(got);
    co_return decode_scrub_note(octets).value_or(ScrubNote{});
}

Task<Status> write_scrub_note(io::Disk& disk, std::string path, ScrubNote note) {
    const std::string fresh = name_of(path) + ".new";
    const Status gone = co_await disk.unlink(fresh);
    if (!gone && gone.error().code != Errc::not_found) co_return gone;
    LOAM_CO_TRY(const auto file, co_await disk.open(fresh, io::OpenMode::create));
    const std::string octets = encode_scrub_note(note);
    LOAM_CO_TRY_STATUS(co_await file->write(0, as_bytes(octets)));
    LOAM_CO_TRY_STATUS(co_await file->sync());
    co_return co_await disk.rename(fresh, name_of(path));
}

}  // namespace loam::keep
