#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/codec/blob_reader.h"
#include "engine/codec/blob_writer.h"
#include "tests/engine/codec/samples.h"

/// Messages made of text and base64 bodies, and what BlobWriter makes of them.
namespace loam::codec_test {

struct Segment {
    bool base64 = false;
    ByteVector raw;
};

struct Blob {
    BlobLayout layout;
    ByteVector stored;
    std::vector<std::optional<std::uint32_t>> extents;  ///< what each base64 segment came to
};

inline ByteVector raw_of(const std::vector<Segment>& message) {
    ByteVector out;
    for (const Segment& segment : message)
        out.insert(out.end(), segment.raw.begin(), segment.raw.end());
    return out;
}

/// With `cuts`, the bytes come in random pieces.
inline Blob write_blob(ZstdContext& zstd, const std::vector<Segment>& message, Random* cuts) {
    Blob blob;
    BufferSink sink(blob.stored);
    BlobWriter writer(zstd, sink);
    for (const Segment& segment : message) {
        if (segment.base64) writer.begin_base64();
        const std::vector<Bytes> pieces =
            cuts == nullptr ? std::vector<Bytes>{segment.raw} : random_cuts(*cuts, segment.raw);
        for (const Bytes piece : pieces) {
            if (segment.base64) {
                writer.base64(piece);
            } else {
                writer.text(piece);
            }
        }
        if (segment.base64) blob.extents.push_back(writer.end_base64());
    }
    blob.layout = writer.finish();
    return blob;
}

inline ByteVector read_all(ZstdContext& zstd, BlobReader reader, Bytes stored) {
    ByteVector out;
    while (const auto range = reader.next()) {
        const Status status = reader.feed(zstd, stored.subspan(range->offset, range->bytes), out);
        if (!status) return to_vector("failed: " + status.error().what);
    }
    return out;
}

inline ByteVector decode_naively(Bytes body) {
    ByteVector out;
    Base64Decoder decoder;
    decoder.feed(body, out);
    decoder.finish(out);
    return out;
}

}  // namespace loam::codec_test
