#include "engine/base/check.h"
#include "engine/codec/varint.h"
#include "engine/mail/content_fields.h"
#include "engine/mail/parsed_message.h"
#include "engine/mail/render.h"

namespace loam::mail {

namespace {

// structure := version:u8 flags:u8 count:varint part*          docs/format/sidecar.md, section 3
constexpr std::uint8_t kStructureVersion = 1;
constexpr std::uint8_t kTruncated = 1U << 0;

// Least octets of a part: three flag octets, seven strings or counts, eight numbers.
constexpr std::size_t kPartBytesMin = 18;
constexpr std::size_t kStringBytesMax = kHeaderBytesParsedMax;
constexpr std::size_t kLanguagesMax = 100;

// Part flags, in this order from bit 0 on.
constexpr bool Part::* kFlags[] = {
    &Part::multipart, &Part::rfc822,      &Part::synthesized, &Part::opaque,      &Part::malformed,
    &Part::nul_raw,   &Part::nul_decoded, &Part::needs_crlf,  &Part::header_8bit, &Part::body_8bit};
constexpr std::uint16_t kFlagsAll = (1U << std::size(kFlags)) - 1;

// Optional strings, in this order from bit 0 on.
constexpr std::optional<std::string> Part::* kOptional[] = {&Part::content_id, &Part::description,
                                                            &Part::md5, &Part::location};
constexpr std::uint8_t kHasExtent = 1U << 4;
constexpr std::uint8_t kPresentAll = kHasExtent | (kHasExtent - 1);

std::uint16_t flags_of(const Part& part) {
    std::uint16_t flags = 0;
    for (std::size_t i = 0; i < std::size(kFlags); ++i) {
        if (part.*kFlags[i]) flags = static_cast<std::uint16_t>(flags | (1U << i));
    }
    return flags;
}

std::uint8_t presence_of(const Part& part) {
    std::uint8_t present = part.blob_extent ? kHasExtent : std::uint8_t{0};
    for (std::size_t i = 0; i < std::size(kOptional); ++i) {
        if (part.*kOptional[i]) present = static_cast<std::uint8_t>(present | (1U << i));
    }
    return present;
}

void encode_params(const std::vector<Param>& params, ByteWriter& writer) {
    writer.varint(params.size());
    for (const Param& param : params) {
        writer.string(param.name);
        writer.u8(param.extended ? 1 : 0);
        writer.string(param.value);
    }
}

std::vector<Param> decode_params(ByteReader& reader) {
    std::vector<Param> params(reader.count(kParamsMax, 3));
    for (Param& param : params) {
        param.name = reader.string(kStringBytesMax);
        const std::uint8_t extended = reader.u8();
        if (extended > 1) reader.refuse("parameter");
        param.extended = extended == 1;
        param.value = reader.string(kStringBytesMax);
    }
    return params;
}

// part := flags:u16le present:u8 transfer:u8 parent:svarint type subtype encoding params
// disposition
//         [disposition_params] languages optional* [extent] numbers* [envelope]
void encode_part(const Part& part, ByteWriter& writer) {
    writer.u16(flags_of(part));
    writer.u8(presence_of(part));
    writer.u8(static_cast<std::uint8_t>(part.transfer));
    writer.svarint(part.parent);
    writer.string(part.type);
    writer.string(part.subtype);
    writer.string(part.encoding);
    encode_params(part.params, writer);
    writer.string(part.disposition);
    if (!part.disposition.empty()) encode_params(part.disposition_params, writer);
    writer.varint(part.language.size());
    for (const std::string& tag : part.language)
        writer.string(tag);
    for (const auto member : kOptional) {
        if (part.*member) writer.string(*(part.*member));
    }
    if (part.blob_extent) writer.varint(*part.blob_extent);
    for (const std::uint64_t number :
         {part.header_offset, part.header_bytes, part.body_offset, part.body_bytes,
          part.header_lines, part.body_lines, part.decoded_bytes}) {
        writer.varint(number);
    }
    if (part.rfc822) writer.string(part.envelope);
}

void decode_head(ByteReader& reader, Part& part, std::uint8_t& present) {
    const std::uint16_t flags = reader.u16();
    present = reader.u8();
    const std::uint8_t transfer = reader.u8();
    if ((flags & ~kFlagsAll) != 0) reader.refuse("part flags");
    if ((present & ~kPresentAll) != 0) reader.refuse("part presence");
    if (transfer > static_cast<std::uint8_t>(Encoding::unknown)) reader.refuse("encoding");
    for (std::size_t i = 0; i < std::size(kFlags); ++i) {
        part.*kFlags[i] = (flags & (1U << i)) != 0;
    }
    part.transfer = static_cast<Encoding>(transfer);
}

void decode_numbers(ByteReader& reader, Part& part) {
    for (std::uint64_t* number : {&part.header_offset, &part.header_bytes, &part.body_offset,
                                  &part.body_bytes, &part.header_lines, &part.body_lines}) {
        *number = reader.varint_max(kMessageBytesMax);
    }
    // Each octet of text may become two: CR and LF.
    part.decoded_bytes = reader.varint_max(2 * kMessageBytesMax);
    if (part.body_offset != part.header_offset + part.header_bytes) reader.refuse("part offsets");
}

void decode_part(ByteReader& reader, Part& part) {
    std::uint8_t present = 0;
    decode_head(reader, part, present);
    const std::int64_t parent = reader.svarint();
    if (parent < -1 || parent > INT32_MAX) reader.refuse("parent");
    part.parent = static_cast<std::int32_t>(parent);
    part.type = reader.string(kTokenBytesMax);
    part.subtype = reader.string(kTokenBytesMax);
    part.encoding = reader.string(kTokenBytesMax);
    part.params = decode_params(reader);
    part.disposition = reader.string(kTokenBytesMax);
    if (!part.disposition.empty()) part.disposition_params = decode_params(reader);
    part.language.resize(reader.count(kLanguagesMax));
    for (std::string& tag : part.language)
        tag = reader.string(kStringBytesMax);
    for (std::size_t i = 0; i < std::size(kOptional); ++i) {
        if ((present & (1U << i)) != 0) part.*kOptional[i] = reader.string(kStringBytesMax);
    }
    if ((present & kHasExtent) != 0) {
        part.blob_extent = static_cast<std::uint32_t>(reader.varint_max(UINT32_MAX));
    }
    decode_numbers(reader, part);
    if (part.rfc822) part.envelope = reader.string(kRenderedEnvelopeBytesMax);
}

// The tree must be what the parser makes: pre-order, one root, children where there must be some.
bool place_part(std::vector<Part>& parts, std::size_t index, std::vector<std::size_t>& path) {
    Part& part = parts[index];
    if ((index == 0) != (part.parent < 0)) return false;
    if (part.multipart && part.rfc822) return false;
    if (index == 0) {
        path.push_back(0);
        return true;
    }
    const auto parent = static_cast<std::size_t>(part.parent);
    while (!path.empty() && path.back() != parent) {
        if (path.back() == index - 1 && !parts[path.back()].leaf()) return false;  // no children
        path.pop_back();
    }
    if (path.empty() || parts[parent].leaf()) return false;
    if (parts[parent].rfc822 && parent != index - 1) return false;  // a second child
    part.depth = parts[parent].depth + 1;
    path.push_back(index);
    return part.depth <= kMimeDepthMax;
}

bool place_parts(std::vector<Part>& parts) {
    std::vector<std::size_t> path;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (!place_part(parts, i, path)) return false;
    }
    return !parts.empty() && parts.back().leaf();
}

}  // namespace

ByteVector encode_structure(const Structure& structure) {
    LOAM_CHECK(structure.parts.size() <= kMimePartsMax);
    ByteVector out;
    ByteWriter writer(out);
    writer.u8(kStructureVersion);
    writer.u8(structure.truncated ? kTruncated : 0);
    writer.varint(structure.parts.size());
    for (const Part& part : structure.parts)
        encode_part(part, writer);
    return out;
}

Result<Structure> decode_structure(Bytes encoded) {
    ByteReader reader(encoded, "structure");
    if (reader.u8() > kStructureVersion) return fail(Errc::unsupported, "structure: newer version");
    Structure structure;
    const std::uint8_t flags = reader.u8();
    if ((flags & ~kTruncated) != 0) reader.refuse("flags");
    structure.truncated = (flags & kTruncated) != 0;
    structure.parts.resize(reader.count(kMimePartsMax, kPartBytesMin));
    for (Part& part : structure.parts) {
        decode_part(reader, part);
        if (!reader.ok()) return reader.status().error();
    }
    if (reader.ok() && !place_parts(structure.parts)) reader.refuse("part tree");
    LOAM_TRY_STATUS(reader.finish());
    return structure;
}

}  // namespace loam::mail
