#pragma once

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/codec/blob_layout.h"
#include "engine/mail/parsed_message.h"

/// What lies beside a blob: where its frames are, and what the message looks like. Format:
/// docs/format/sidecar.md.
namespace loam::keep {

/// Most octets of a stored sidecar that a reader takes into memory.
inline constexpr std::size_t kStoredSidecarBytesMax = mail::kSidecarBytesMax + (8U << 20);

ByteVector encode_stored_sidecar(const BlobLayout& layout, const mail::ParsedMessage& message);

/// The two halves, still encoded: decode_blob_layout and mail::view_sidecar take them. Borrows
/// `stored`.
struct StoredSidecar {
    Bytes layout;
    Bytes message;
};
/// Errors: corrupt (the checksum of the whole too), unsupported (newer version).
Result<StoredSidecar> split_stored_sidecar(Bytes stored);

}  // namespace loam::keep
