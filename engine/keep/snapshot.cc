#include "engine/keep/snapshot.h"

#include "engine/codec/varint.h"

namespace loam::keep {

namespace {

// part := version:u8 ( key:text value:text )...
constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kKeyBytesMax = 64U << 10;
constexpr std::size_t kValueBytesMax = 30U << 20;

}  // namespace

Result<SnapshotPart> take_snapshot_part(const IndexView& view, AccountId account,
                                        std::string_view from, std::size_t part_bytes) {
    SnapshotPart part;
    ByteWriter out(part.octets);
    out.u8(kVersion);
    LOAM_TRY_STATUS(
        view.each_state(account, from, [&](std::string_view key, std::string_view value) {
            // At least one, or it would never end.
            const bool full = part.octets.size() + key.size() + value.size() > part_bytes;
            if (full && part.octets.size() > 1) {
                part.next = key;
                return false;
            }
            out.string(key);
            out.string(value);
            return true;
        }));
    return part;
}

Result<SnapshotEntries> decode_snapshot_part(Bytes part) {
    ByteReader in(part, "snapshot");
    const std::uint8_t version = in.u8();
    if (version > kVersion) return fail(Errc::unsupported, "snapshot: newer version");
    if (version == 0) in.refuse("version 0");
    SnapshotEntries entries;
    while (in.ok() && in.remaining() > 0) {
        auto& [key, value] = entries.emplace_back();
        key = in.string(kKeyBytesMax);
        value = in.string(kValueBytesMax);
    }
    LOAM_TRY_STATUS(in.finish());
    return entries;
}

}  // namespace loam::keep
