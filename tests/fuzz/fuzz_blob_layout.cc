// A layout from the disk: refused, or sound, and written back as the same octets.
#include <cstddef>
#include <cstdint>

#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "engine/codec/blob_layout.h"
#include "engine/codec/blob_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const loam::Bytes input = std::as_bytes(std::span(data, size));
    const auto layout = loam::decode_blob_layout(input);
    if (!layout) return 0;
    loam::ByteVector again;
    loam::encode_blob_layout(*layout, again);
    LOAM_CHECK(loam::as_text(again) == loam::as_text(input));
    LOAM_CHECK(layout->raw_bytes <= loam::kMessageBytesMax);

    // Every plan over it stays inside the blob.
    const std::uint64_t steps[] = {0, layout->raw_bytes / 3,
                                   layout->raw_bytes - layout->raw_bytes / 7};
    for (const std::uint64_t offset : steps) {
        const auto reader = loam::BlobReader::raw(*layout, offset, 100'000);
        const loam::StoredRange whole = reader.whole();
        LOAM_CHECK(whole.offset + whole.bytes <= layout->stored_bytes);
        LOAM_CHECK(reader.next().has_value() == (reader.remaining() > 0));
    }
    return 0;
}
