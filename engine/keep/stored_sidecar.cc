#include "engine/keep/stored_sidecar.h"

#include "engine/codec/varint.h"

namespace loam::keep {

namespace {

constexpr std::uint8_t kVersion = 1;

}  // namespace

// stored-sidecar := version:u8 layout_bytes:varint layout message      docs/format/sidecar.md
ByteVector encode_stored_sidecar(const BlobLayout& layout, const mail::ParsedMessage& message) {
    ByteVector encoded_layout;
    encode_blob_layout(layout, encoded_layout);
    const ByteVector encoded_message = mail::encode_sidecar(message);
    ByteVector out;
    out.reserve(encoded_layout.size() + encoded_message.size() + 8);
    ByteWriter writer(out);
    writer.u8(kVersion);
    writer.sized_bytes(encoded_layout);
    writer.bytes(encoded_message);
    return out;
}

Result<StoredSidecar> split_stored_sidecar(Bytes stored) {
    ByteReader reader(stored, "stored sidecar");
    const std::uint8_t version = reader.u8();
    if (reader.ok() && version > kVersion) {
        return fail(Errc::unsupported, "stored sidecar: newer version");
    }
    if (version != kVersion) reader.refuse("version");
    StoredSidecar parts;
    parts.layout = reader.sized_bytes(kStoredSidecarBytesMax);
    parts.message = reader.rest();
    LOAM_TRY_STATUS(reader.status());
    return parts;
}

}  // namespace loam::keep
