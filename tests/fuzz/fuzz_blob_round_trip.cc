// A message of text and base64 bodies, cut anywhere, comes back octet for octet; so does any slice.
// The first octet sizes the pieces; 0xFF in what follows starts and ends base64 bodies.
#include <cstddef>
#include <cstdint>
#include <optional>

#include "engine/base/check.h"
#include "engine/codec/base64.h"
#include "engine/codec/blob_reader.h"
#include "engine/codec/blob_writer.h"

namespace {

using loam::as_text;
using loam::Bytes;
using loam::ByteVector;

constexpr std::byte kSwitch{0xFF};
// Bodies are repeated, since a fuzzer rarely makes the 4 KiB that an extent needs.
constexpr std::size_t kRepeats = 70;

struct Written {
    ByteVector raw;
    ByteVector stored;
    loam::BlobLayout layout;
};

ByteVector repeated(Bytes body) {
    ByteVector out;
    for (std::size_t i = 0; i < kRepeats; ++i)
        out.insert(out.end(), body.begin(), body.end());
    return out;
}

void check_body(Bytes body, const std::optional<std::uint32_t>& extent,
                std::vector<std::pair<std::uint32_t, ByteVector>>& wanted) {
    if (!extent) return;
    ByteVector plain;
    loam::Base64Decoder decoder;
    decoder.feed(body, plain);
    decoder.finish(plain);
    wanted.emplace_back(*extent, std::move(plain));
}

void append_all(Bytes raw, std::size_t step, bool base64, loam::BlobWriter& writer) {
    while (!raw.empty()) {
        const Bytes piece = raw.first(step < raw.size() ? step : raw.size());
        if (base64) {
            writer.base64(piece);
        } else {
            writer.text(piece);
        }
        raw = raw.subspan(piece.size());
    }
}

ByteVector read(loam::ZstdContext& zstd, loam::BlobReader reader, Bytes stored) {
    ByteVector out;
    while (const auto range = reader.next())
        LOAM_CHECK(reader.feed(zstd, stored.subspan(range->offset, range->bytes), out).ok());
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0 || size > 4096) return 0;
    static loam::ZstdContext zstd;
    const std::size_t step = data[0] + std::size_t{1};
    Bytes input = std::as_bytes(std::span(data + 1, size - 1));
    Written written;
    std::vector<std::pair<std::uint32_t, ByteVector>> wanted;
    loam::BufferSink sink(written.stored);
    loam::BlobWriter writer(zstd, sink);
    for (bool base64 = false; !input.empty(); base64 = !base64) {
        std::size_t end = 0;
        while (end < input.size() && input[end] != kSwitch)
            ++end;
        const Bytes part = input.first(end);
        const ByteVector raw = base64 ? repeated(part) : ByteVector(part.begin(), part.end());
        if (base64) writer.begin_base64();
        append_all(raw, step, base64, writer);
        if (base64) check_body(raw, writer.end_base64(), wanted);
        written.raw.insert(written.raw.end(), raw.begin(), raw.end());
        input = input.subspan(end < input.size() ? end + 1 : end);
    }
    written.layout = writer.finish();
    const auto back = loam::decode_blob(zstd, written.layout, written.stored);
    LOAM_CHECK(back && as_text(*back) == as_text(written.raw));

    const std::size_t offset = written.raw.size() / 3;
    const ByteVector slice =
        read(zstd, loam::BlobReader::raw(written.layout, offset, step * 40), written.stored);
    LOAM_CHECK(as_text(slice) == as_text(written.raw).substr(offset, step * 40));
    for (const auto& [extent, plain] : wanted) {
        const auto reader = loam::BlobReader::decoded(written.layout, extent, step, plain.size());
        const ByteVector decoded = read(zstd, reader, written.stored);
        const std::size_t from = step < plain.size() ? step : plain.size();
        LOAM_CHECK(as_text(decoded) == as_text(plain).substr(from));
    }
    return 0;
}
