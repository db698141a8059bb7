// Quoted-printable: cuts do not matter, output is never longer than input, what we write we read.
#include <cstddef>
#include <cstdint>

#include "engine/base/check.h"
#include "engine/codec/quoted_printable.h"

namespace {

using loam::Bytes;
using loam::ByteVector;

ByteVector decode(Bytes encoded, std::size_t step) {
    ByteVector out;
    loam::QuotedPrintableDecoder decoder;
    while (!encoded.empty()) {
        const Bytes piece = encoded.first(step < encoded.size() ? step : encoded.size());
        decoder.feed(piece, out);
        encoded = encoded.subspan(piece.size());
    }
    decoder.finish(out);
    return out;
}

// Every LF without CR before it gets one, as the encoder does.
ByteVector with_crlf(Bytes text) {
    ByteVector out;
    for (const std::byte c : text) {
        const bool bare = c == std::byte{'\n'} && (out.empty() || out.back() != std::byte{'\r'});
        if (bare) out.push_back(std::byte{'\r'});
        out.push_back(c);
    }
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Bytes input = std::as_bytes(std::span(data, size));
    const ByteVector decoded = decode(input, size);
    LOAM_CHECK(decoded.size() <= size);
    LOAM_CHECK(decode(input, 1) == decoded);
    LOAM_CHECK(decode(input, 5) == decoded);

    ByteVector encoded;
    loam::quoted_printable_encode(input, encoded);
    LOAM_CHECK(decode(encoded, encoded.size()) == with_crlf(input));
    return 0;
}
