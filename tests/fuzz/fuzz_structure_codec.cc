// Sidecars from a disk that may hold anything: what decodes, encodes to the same octets.
#include <cstddef>
#include <cstdint>

#include "engine/base/check.h"
#include "engine/mail/parsed_message.h"
#include "engine/mail/render.h"

using namespace loam::mail;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const loam::Bytes input = std::as_bytes(std::span(data, size));
    if (const auto structure = decode_structure(input)) {
        const loam::ByteVector encoded = encode_structure(*structure);
        LOAM_CHECK(loam::as_text(encoded) == loam::as_text(input));
        for (std::uint32_t i = 0; i < structure->parts.size(); ++i) {
            const auto numbers = section_of(*structure, i);
            LOAM_CHECK(numbers.empty() || find_section(*structure, numbers) == i);
        }
        LOAM_CHECK(!render_body(*structure, true).empty());
    }
    if (const auto message = decode_sidecar(input)) {
        LOAM_CHECK(loam::as_text(encode_sidecar(*message)) == loam::as_text(input));
    }
    return 0;
}
