#include <cstdint>

#include "engine/base/check.h"
#include "engine/codec/varint.h"
#include "engine/mail/parsed_message.h"

namespace loam::mail {

namespace {

// sidecar := version:u8 parser_version:u16le flags:u8 raw_bytes:varint raw_lines:varint
//            envelope:string bodystructure:string digest:string structure:string
// docs/format/sidecar.md, section 2
constexpr std::uint8_t kSidecarVersion = 1;
constexpr std::uint8_t kModeDependent = 1U << 0;
constexpr std::uint8_t kHasNul = 1U << 1;
constexpr std::uint8_t kHeader8Bit = 1U << 2;
constexpr std::uint8_t kFlagsKnown = kModeDependent | kHasNul | kHeader8Bit;

constexpr std::uint8_t kReplyOrForward = 1U << 0;
constexpr std::uint8_t kHasDate = 1U << 1;

constexpr std::uint8_t bit(bool set, std::uint8_t flag) {
    return set ? flag : std::uint8_t{0};
}

// digest := flags:u8 [sent:svarint zone:svarint] base_subject from to cc from_display to_display
//           message_id:u64le count:varint reference:u64le*
ByteVector encode_digest(const Digest& digest) {
    ByteVector out;
    ByteWriter writer(out);
    writer.u8(static_cast<std::uint8_t>(bit(digest.reply_or_forward, kReplyOrForward) |
                                        bit(digest.sent_seconds.has_value(), kHasDate)));
    if (digest.sent_seconds) {
        writer.svarint(*digest.sent_seconds);
        writer.svarint(digest.zone_minutes);
    }
    for (const std::string* text : {&digest.base_subject, &digest.from_mailbox, &digest.to_mailbox,
                                    &digest.cc_mailbox, &digest.from_display, &digest.to_display}) {
        writer.string(*text);
    }
    writer.u64(digest.message_id);
    writer.varint(digest.references.size());
    for (const std::uint64_t id : digest.references)
        writer.u64(id);
    return out;
}

struct Head {
    std::uint16_t parser_version = 0;
    std::uint8_t flags = 0;
    std::uint64_t raw_bytes = 0;
    std::uint64_t raw_lines = 0;
    SidecarView view;
};

Result<Head> decode_head(Bytes encoded) {
    ByteReader reader(encoded, "sidecar");
    if (reader.u8() > kSidecarVersion) return fail(Errc::unsupported, "sidecar: newer version");
    Head head;
    head.parser_version = reader.u16();
    head.flags = reader.u8();
    if ((head.flags & ~kFlagsKnown) != 0) reader.refuse("flags");
    head.raw_bytes = reader.varint_max(kMessageBytesMax);
    head.raw_lines = reader.varint_max(kMessageBytesMax);
    head.view.envelope = reader.string(kSidecarBytesMax);
    head.view.bodystructure = reader.string(kSidecarBytesMax);
    head.view.digest = reader.sized_bytes(kSidecarBytesMax);
    head.view.structure = reader.sized_bytes(kSidecarBytesMax);
    head.view.mode_dependent = (head.flags & kModeDependent) != 0;
    head.view.has_nul = (head.flags & kHasNul) != 0;
    LOAM_TRY_STATUS(reader.finish());
    return head;
}

}  // namespace

ByteVector encode_sidecar(const ParsedMessage& message) {
    ByteVector out;
    ByteWriter writer(out);
    writer.u8(kSidecarVersion);
    writer.u16(message.parser_version);
    writer.u8(static_cast<std::uint8_t>(bit(message.mode_dependent, kModeDependent) |
                                        bit(message.has_nul, kHasNul) |
                                        bit(message.header_8bit, kHeader8Bit)));
    writer.varint(message.raw_bytes);
    writer.varint(message.raw_lines);
    writer.string(message.envelope);
    writer.string(message.bodystructure);
    writer.sized_bytes(encode_digest(message.digest));
    writer.sized_bytes(encode_structure(message.structure));
    LOAM_CHECK(out.size() <= kSidecarBytesMax);
    return out;
}

Result<SidecarView> view_sidecar(Bytes encoded) {
    LOAM_TRY(const Head head, decode_head(encoded));
    return head.view;
}

Result<Digest> decode_digest(Bytes encoded) {
    ByteReader reader(encoded, "digest");
    Digest digest;
    const std::uint8_t flags = reader.u8();
    if ((flags & ~(kReplyOrForward | kHasDate)) != 0) reader.refuse("flags");
    digest.reply_or_forward = (flags & kReplyOrForward) != 0;
    if ((flags & kHasDate) != 0) {
        digest.sent_seconds = reader.svarint();
        const std::int64_t zone = reader.svarint();
        if (zone < INT16_MIN || zone > INT16_MAX) reader.refuse("zone");
        digest.zone_minutes = static_cast<std::int16_t>(zone);
    }
    for (std::string* text : {&digest.base_subject, &digest.from_mailbox, &digest.to_mailbox,
                              &digest.cc_mailbox, &digest.from_display, &digest.to_display}) {
        *text = reader.string(kDigestStringBytesMax);
    }
    digest.message_id = reader.u64();
    digest.references.resize(reader.count(kDigestReferencesMax, sizeof(std::uint64_t)));
    for (std::uint64_t& id : digest.references)
        id = reader.u64();
    LOAM_TRY_STATUS(reader.finish());
    return digest;
}

Result<ParsedMessage> decode_sidecar(Bytes encoded) {
    LOAM_TRY(const Head head, decode_head(encoded));
    ParsedMessage message;
    message.parser_version = head.parser_version;
    message.envelope = head.view.envelope;
    message.bodystructure = head.view.bodystructure;
    message.mode_dependent = head.view.mode_dependent;
    message.has_nul = head.view.has_nul;
    message.header_8bit = (head.flags & kHeader8Bit) != 0;
    message.raw_bytes = head.raw_bytes;
    message.raw_lines = head.raw_lines;
    LOAM_TRY(message.digest, decode_digest(head.view.digest));
    LOAM_TRY(message.structure, decode_structure(head.view.structure));
    return message;
}

}  // namespace loam::mail
