// Blocks and heads of a search segment from the disk: refused or sound, and never a document that
// the segment does not have.
#include <cstddef>
#include <cstdint>

#include "engine/base/check.h"
#include "engine/codec/checksum.h"
#include "engine/codec/varint.h"
#include "engine/search/candidates.h"

namespace {

using namespace loam;          // NOLINT(google-build-using-namespace): a program of one file
using namespace loam::lookup;  // NOLINT(google-build-using-namespace)

/// What has the right checksum gets past the first look.
ByteVector with_checksum(Bytes rest) {
    ByteVector out;
    ByteWriter writer(out);
    writer.u32(crc32c(rest));
    writer.bytes(rest);
    return out;
}

void read_grams(Bytes input, Doc total) {
    const ByteVector block = with_checksum(input);
    auto reader = GramBlockReader::open(block, total);
    if (!reader) return;
    std::vector<Doc> docs;
    for (;;) {
        const auto term = reader->next();
        if (!term || !*term) return;
        docs.clear();
        if (!reader->read(docs)) return;
        LOAM_CHECK(docs.size() == reader->count());
        for (std::size_t i = 0; i < docs.size(); ++i)
            LOAM_CHECK(docs[i] < total && (i == 0 || docs[i - 1] < docs[i]));
    }
}

void read_head(Bytes input) {
    ByteVector encoded{std::byte{1}};
    const ByteVector rest = with_checksum(input);
    encoded.insert(encoded.end(), rest.begin(), rest.end());
    const auto head = decode_head(encoded);
    if (head) LOAM_CHECK(encode_head(*head) == encoded);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const Bytes input = std::as_bytes(std::span(data, size)).subspan(1);
    switch (data[0] % 3) {
        case 0:
            read_grams(input, 1 + data[0]);
            break;
        case 1:
            read_head(input);
            break;
        default: {
            static ZstdContext zstd;
            ByteVector plain;
            const auto values = read_column_block(with_checksum(input), zstd, plain);
            if (values) LOAM_CHECK(values->size() <= plain.size());
        }
    }
    return 0;
}
