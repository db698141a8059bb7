#include "engine/log/format.h"

#include <algorithm>

#include "engine/base/check.h"
#include "engine/codec/le.h"

namespace loam {
namespace {

// segment header := magic:u64 version:u32 log:u32 store:16 segment:u64 signature:u64 first:u64
//                   previous:u64 previous_chain:16 created_us:u64 zero... crc:u32
constexpr std::uint64_t kSegmentMagic = 0x3147'4553'4d41'4f4c;  // "LOAMSEG1"
constexpr std::uint32_t kSegmentVersion = 1;
constexpr std::size_t kSegmentCrcOffset = kSegmentHeaderBytes - 4;
constexpr std::size_t kSegmentFieldsEnd = 88;

// group header := signature:u64 segment:u64 lsn:u64 total:u32 records:u32 durable:u64
//                 previous_chain:16 wall_us:u64 flags:u32 meta_crc:u32 header_crc:u32
//                 meta_bytes:u32 zero:16
constexpr std::size_t kGroupCrcOffset = 72;
constexpr std::size_t kGroupFieldsEnd = 80;

std::uint32_t u32_at(Bytes in, std::size_t offset) {
    return load_le32(in.subspan(offset).first<4>());
}
std::uint64_t u64_at(Bytes in, std::size_t offset) {
    return load_le64(in.subspan(offset).first<8>());
}
void put_u32(MutableBytes out, std::size_t offset, std::uint32_t value) {
    store_le32(out.subspan(offset).first<4>(), value);
}
void put_u64(MutableBytes out, std::size_t offset, std::uint64_t value) {
    store_le64(out.subspan(offset).first<8>(), value);
}
template <std::size_t N>
std::array<std::byte, N> array_at(Bytes in, std::size_t offset) {
    std::array<std::byte, N> value;
    std::ranges::copy(in.subspan(offset, N), value.begin());
    return value;
}
void put_array(MutableBytes out, std::size_t offset, Bytes value) {
    std::ranges::copy(value, out.subspan(offset).begin());
}
bool all_zero(Bytes in) {
    return std::ranges::all_of(in, [](std::byte b) { return b == std::byte{0}; });
}

/// Of a group header, its own CRC field left out.
std::uint32_t group_header_crc(std::uint64_t signature, Bytes header) {
    const std::uint32_t front = signed_crc(signature, header.first(kGroupCrcOffset));
    return crc32c(header.subspan(kGroupCrcOffset + 4), front);
}

}  // namespace

std::uint32_t signed_crc(std::uint64_t signature, Bytes data) {
    std::array<std::byte, 8> seed;
    store_le64(seed, signature);
    return crc32c(data, crc32c(seed));
}

void encode_segment_header(const SegmentHeader& header,
                           std::span<std::byte, kSegmentHeaderBytes> out) {
    LOAM_CHECK(header.segment != 0);
    LOAM_CHECK(header.previous < header.segment);
    std::ranges::fill(out, std::byte{0});
    put_u64(out, 0, kSegmentMagic);
    put_u32(out, 8, kSegmentVersion);
    put_u32(out, 12, header.log);
    put_array(out, 16, header.store);
    put_u64(out, 32, header.segment);
    put_u64(out, 40, header.signature);
    put_u64(out, 48, make_lsn(header.segment, kSegmentHeaderBytes).value);
    put_u64(out, 56, header.previous);
    put_array(out, 64, header.previous_chain);
    put_u64(out, 80, static_cast<std::uint64_t>(header.created_us));
    put_u32(out, kSegmentCrcOffset, signed_crc(header.signature, out.first(kSegmentCrcOffset)));
}

Result<SegmentHeader> decode_segment_header(Bytes in) {
    if (in.size() < kSegmentHeaderBytes) return fail(Errc::corrupt, "segment header: cut short");
    in = in.first(kSegmentHeaderBytes);
    if (u64_at(in, 0) != kSegmentMagic) return fail(Errc::corrupt, "segment header: magic");
    const std::uint64_t signature = u64_at(in, 40);
    if (u32_at(in, kSegmentCrcOffset) != signed_crc(signature, in.first(kSegmentCrcOffset))) {
        return fail(Errc::corrupt, "segment header: checksum");
    }
    if (u32_at(in, 8) > kSegmentVersion) {
        return fail(Errc::unsupported, "segment header: newer version");
    }
    const std::uint64_t segment = u64_at(in, 32);
    const std::uint64_t previous = u64_at(in, 56);
    if (segment == 0 || segment > 0xffff'ffff || previous >= segment) {
        return fail(Errc::corrupt, "segment header: segment ids");
    }
    const SegmentHeader header{
        .store = array_at<16>(in, 16),
        .log = u32_at(in, 12),
        .segment = static_cast<SegmentId>(segment),
        .signature = signature,
        .previous = static_cast<SegmentId>(previous),
        .previous_chain = array_at<16>(in, 64),
        .created_us = static_cast<std::int64_t>(u64_at(in, 80)),
    };
    if (u64_at(in, 48) != make_lsn(header.segment, kSegmentHeaderBytes).value) {
        return fail(Errc::corrupt, "segment header: first LSN");
    }
    if (!all_zero(in.subspan(kSegmentFieldsEnd, kSegmentCrcOffset - kSegmentFieldsEnd))) {
        return fail(Errc::corrupt, "segment header: reserved octets");
    }
    return header;
}

void encode_group_header(const GroupHeader& header, std::span<std::byte, kGroupHeaderBytes> out) {
    LOAM_CHECK(header.total_bytes <= kGroupBytesMax);
    LOAM_CHECK(header.total_bytes % kGroupAlignBytes == 0);
    LOAM_CHECK(kGroupHeaderBytes + header.meta_bytes <= header.total_bytes);
    LOAM_CHECK(header.durable <= header.lsn);
    std::ranges::fill(out, std::byte{0});
    put_u64(out, 0, header.signature);
    put_u64(out, 8, lsn_segment(header.lsn));
    put_u64(out, 16, header.lsn.value);
    put_u32(out, 24, header.total_bytes);
    put_u32(out, 28, header.records);
    put_u64(out, 32, header.durable.value);
    put_array(out, 40, header.previous_chain);
    put_u64(out, 56, static_cast<std::uint64_t>(header.wall_us));
    put_u32(out, 64, header.flags);
    put_u32(out, 68, header.meta_crc);
    put_u32(out, 76, header.meta_bytes);
    put_u32(out, kGroupCrcOffset, group_header_crc(header.signature, out));
}

Result<GroupHeader> decode_group_header(Bytes in) {
    if (in.size() < kGroupHeaderBytes) return fail(Errc::corrupt, "group header: cut short");
    in = in.first(kGroupHeaderBytes);
    const GroupHeader header{
        .signature = u64_at(in, 0),
        .lsn = Lsn{u64_at(in, 16)},
        .total_bytes = u32_at(in, 24),
        .records = u32_at(in, 28),
        .durable = Lsn{u64_at(in, 32)},
        .previous_chain = array_at<16>(in, 40),
        .wall_us = static_cast<std::int64_t>(u64_at(in, 56)),
        .flags = u32_at(in, 64),
        .meta_crc = u32_at(in, 68),
        .meta_bytes = u32_at(in, 76),
    };
    if (u32_at(in, kGroupCrcOffset) != group_header_crc(header.signature, in)) {
        return fail(Errc::corrupt, "group header: checksum");
    }
    if (u64_at(in, 8) != lsn_segment(header.lsn)) {
        return fail(Errc::corrupt, "group header: segment id");
    }
    if (header.total_bytes > kGroupBytesMax || header.total_bytes % kGroupAlignBytes != 0 ||
        kGroupHeaderBytes + std::uint64_t{header.meta_bytes} > header.total_bytes) {
        return fail(Errc::corrupt, "group header: length");
    }
    if (header.records == 0 ||
        std::uint64_t{header.records} * kRecordHeaderBytes > header.meta_bytes) {
        return fail(Errc::corrupt, "group header: number of records");
    }
    if (header.durable > header.lsn) return fail(Errc::corrupt, "group header: durable LSN");
    if (header.flags > kGroupClosed || !all_zero(in.subspan(kGroupFieldsEnd))) {
        return fail(Errc::corrupt, "group header: unknown flag or reserved octets");
    }
    return header;
}

// record header := type:u16 version:u8 flags:u8 account:u64 cid:u64 txn:u32 meta_bytes:u32
//                  payload_offset:u32 payload_bytes:u64 payload_xxh3:u64
void encode_record_header(const RecordHeader& header,
                          std::span<std::byte, kRecordHeaderBytes> out) {
    LOAM_CHECK(header.flags == 0);
    LOAM_CHECK(header.payload_offset % kPayloadAlignBytes == 0);
    store_le16(out.subspan<0, 2>(), static_cast<std::uint16_t>(header.type));
    out[2] = std::byte{header.version};
    out[3] = std::byte{header.flags};
    put_u64(out, 4, header.account.value);
    put_u64(out, 12, header.cid.value);
    put_u32(out, 20, header.txn);
    put_u32(out, 24, header.meta_bytes);
    put_u32(out, 28, header.payload_offset);
    put_u64(out, 32, header.payload_bytes);
    put_u64(out, 40, header.payload_xxh3);
}

Result<RecordHeader> decode_record_header(Bytes in) {
    if (in.size() < kRecordHeaderBytes) return fail(Errc::corrupt, "record header: cut short");
    const std::uint16_t type = load_le16(in.first<2>());
    const RecordHeader header{
        .type = static_cast<RecordType>(type),
        .version = std::to_integer<std::uint8_t>(in[2]),
        .flags = std::to_integer<std::uint8_t>(in[3]),
        .account = AccountId{u64_at(in, 4)},
        .cid = Cid{u64_at(in, 12)},
        .txn = u32_at(in, 20),
        .meta_bytes = u32_at(in, 24),
        .payload_offset = u32_at(in, 28),
        .payload_bytes = u64_at(in, 32),
        .payload_xxh3 = u64_at(in, 40),
    };
    if (type == 0) return fail(Errc::corrupt, "record header: type 0");
    if (!is_known(header.type)) {
        return fail(Errc::unsupported, "record header: type of a newer version");
    }
    if (header.flags != 0) return fail(Errc::unsupported, "record header: unknown flag");
    if (header.payload_offset % kPayloadAlignBytes != 0) {
        return fail(Errc::corrupt, "record header: payload not aligned");
    }
    const bool has_payload = header.payload_bytes != 0;
    if (has_payload != (header.payload_offset != 0) || (!has_payload && header.payload_xxh3 != 0)) {
        return fail(Errc::corrupt, "record header: payload fields disagree");
    }
    return header;
}

}  // namespace loam
