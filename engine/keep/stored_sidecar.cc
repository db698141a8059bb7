#include "engine/keep/stored_sidecar.h"

#include <span>

#include "engine/codec/checksum.h"
#include "engine/codec/le.h"
#include "engine/codec/varint.h"

namespace loam::keep {

namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kHeadBytes = 1 + sizeof(std::uint32_t);

}  // namespace

// Format: docs/format/sidecar.md, section 5.
//   stored-sidecar := version:u8 crc:u32 layout_bytes:varint layout message
ByteVector encode_stored_sidecar(const BlobLayout& layout, const mail::ParsedMessage& message) {
    ByteVector encoded_layout;
    encode_blob_layout(layout, encoded_layout);
    const ByteVector encoded_message = mail::encode_sidecar(message);
    ByteVector out;
    out.reserve(kHeadBytes + encoded_layout.size() + encoded_message.size() + 8);
    ByteWriter writer(out);
    writer.u8(kVersion);
    writer.u32(0);
    writer.sized_bytes(encoded_layout);
    writer.bytes(encoded_message);
    const std::uint32_t crc = crc32c(Bytes(out).subspan(kHeadBytes));
    store_le32(std::span(out).subspan<1, sizeof(crc)>(), crc);
    return out;
}

Result<StoredSidecar> split_stored_sidecar(Bytes stored) {
    ByteReader reader(stored, "stored sidecar");
    const std::uint8_t version = reader.u8();
    if (reader.ok() && version > kVersion) {
        return fail(Errc::unsupported, "stored sidecar: newer version");
    }
    if (version != kVersion) reader.refuse("version");
    const std::uint32_t crc = reader.u32();
    if (reader.ok() && crc32c(stored.subspan(kHeadBytes)) != crc) reader.refuse("checksum");
    StoredSidecar parts;
    parts.layout = reader.sized_bytes(kStoredSidecarBytesMax);
    parts.message = reader.rest();
    LOAM_TRY_STATUS(reader.status());
    return parts;
}

}  // namespace loam::keep
