// Base64 in all its ways of decoding: they must agree where they overlap, whatever the cuts.
#include <cstddef>
#include <cstdint>

#include "engine/base/check.h"
#include "engine/codec/base64.h"
#include "engine/codec/base64_lines.h"

namespace {

using loam::as_text;
using loam::Bytes;
using loam::ByteVector;

ByteVector decode(Bytes encoded, std::size_t step) {
    ByteVector out;
    loam::Base64Decoder decoder;
    while (!encoded.empty()) {
        const Bytes piece = encoded.first(step < encoded.size() ? step : encoded.size());
        decoder.feed(piece, out);
        encoded = encoded.subspan(piece.size());
    }
    decoder.finish(out);
    return out;
}

void canonical_agrees(Bytes encoded, const ByteVector& tolerant) {
    ByteVector plain(loam::base64_plain_max(encoded.size()));
    const auto size = loam::base64_decode_canonical(encoded, plain);
    if (!size) return;
    plain.resize(*size);
    LOAM_CHECK(plain == tolerant);
    ByteVector again(loam::base64_chars(plain.size()));
    loam::base64_encode(plain, again);
    LOAM_CHECK(as_text(again) == as_text(encoded));
}

void lines_rebuild(Bytes encoded, const ByteVector& tolerant) {
    ByteVector plain;
    loam::Base64LineReader lines;
    const std::size_t taken = lines.feed(encoded, plain);
    lines.finish(plain);
    LOAM_CHECK(lines.raw_bytes() + lines.held().size() == taken);
    LOAM_CHECK(lines.plain_bytes() == plain.size());
    if (plain.empty()) return;
    LOAM_CHECK(plain.size() <= tolerant.size());
    LOAM_CHECK(as_text(plain) == as_text(tolerant).substr(0, plain.size()));
    ByteVector raw;
    append_base64_lines(lines.recipe(), plain, 0, 0, lines.raw_bytes(), raw);
    LOAM_CHECK(as_text(raw) == as_text(encoded.first(lines.raw_bytes())));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Bytes encoded = std::as_bytes(std::span(data, size));
    const ByteVector tolerant = decode(encoded, size);
    LOAM_CHECK(tolerant.size() <= loam::base64_plain_max(size));
    LOAM_CHECK(decode(encoded, 1) == tolerant);
    LOAM_CHECK(decode(encoded, 7) == tolerant);
    canonical_agrees(encoded, tolerant);
    lines_rebuild(encoded, tolerant);
    return 0;
}
