#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/base/bytes.h"
#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/codec/checksum.h"
#include "engine/record/record.h"

/// The three headers of the log, encoded and decoded. Format: docs/format/log.md. Pure; any thread.
namespace loam {

inline constexpr std::size_t kGroupAlignBytes = 4096;
inline constexpr std::size_t kSegmentHeaderBytes = 4096;
inline constexpr std::size_t kGroupHeaderBytes = 96;
inline constexpr std::size_t kRecordHeaderBytes = 48;
inline constexpr std::size_t kPayloadAlignBytes = 64;
/// Largest group, padding included. Readers refuse more.
inline constexpr std::uint64_t kGroupBytesMax = 32U << 20;
/// Every record costs its header at least.
inline constexpr std::size_t kGroupRecordsMax = kGroupBytesMax / kRecordHeaderBytes;

/// Ids of the segments of one log ascend from 1; deleted ones leave gaps.
using SegmentId = std::uint32_t;
/// Names the store, so that a segment of another store is not taken for one of this.
using StoreId = std::array<std::byte, 16>;

constexpr Lsn make_lsn(SegmentId segment, std::uint64_t offset) {
    return Lsn{std::uint64_t{segment} << 32 | offset / 64};
}
constexpr SegmentId lsn_segment(Lsn lsn) {
    return static_cast<SegmentId>(lsn.value >> 32);
}
/// Octets from the start of the segment file.
constexpr std::uint64_t lsn_offset(Lsn lsn) {
    return (lsn.value & 0xffff'ffff) * 64;
}

/// A point between two groups: where the one before it ends, and that group's chain hash. All zero:
/// the beginning of the log.
struct LogPosition {
    Lsn end;
    Hash128 chain{};
    friend bool operator==(const LogPosition&, const LogPosition&) = default;
};

struct SegmentHeader {
    StoreId store{};
    std::uint32_t log = 0;
    SegmentId segment = 0;
    std::uint64_t signature = 0;  ///< random; seeds every CRC in the segment
    SegmentId previous = 0;       ///< 0: this is the first
    Hash128 previous_chain{};     ///< of the last group of `previous`
    std::int64_t created_us = 0;
    friend bool operator==(const SegmentHeader&, const SegmentHeader&) = default;
};

/// GroupHeader::flags: the last group of its segment.
inline constexpr std::uint32_t kGroupClosed = 1;

struct GroupHeader {
    std::uint64_t signature = 0;
    Lsn lsn;                        ///< where the group itself begins
    std::uint32_t total_bytes = 0;  ///< a multiple of kGroupAlignBytes
    std::uint32_t records = 0;
    Lsn durable;               ///< everything before it was durable when this was written
    Hash128 previous_chain{};  ///< of the group before
    std::int64_t wall_us = 0;
    std::uint32_t flags = 0;
    std::uint32_t meta_crc = 0;    ///< of the record table and metas
    std::uint32_t meta_bytes = 0;  ///< record table and metas together
    friend bool operator==(const GroupHeader&, const GroupHeader&) = default;
};

struct RecordHeader {
    RecordType type = RecordType::noop;
    std::uint8_t version = 0;
    std::uint8_t flags = 0;  ///< none is known in this version
    AccountId account;
    Cid cid;
    std::uint32_t txn = 0;  ///< equal for the records of one transaction, which stand together
    std::uint32_t meta_bytes = 0;
    std::uint32_t payload_offset = 0;  ///< from the start of the group; 0 without a payload
    std::uint64_t payload_bytes = 0;
    std::uint64_t payload_xxh3 = 0;
    friend bool operator==(const RecordHeader&, const RecordHeader&) = default;
};

void encode_segment_header(const SegmentHeader& header,
                           std::span<std::byte, kSegmentHeaderBytes> out);
/// Errors: corrupt, unsupported (a newer version).
Result<SegmentHeader> decode_segment_header(Bytes in);

void encode_group_header(const GroupHeader& header, std::span<std::byte, kGroupHeaderBytes> out);
/// The header's own octets must be right for the signature they carry; whether it is the
/// segment's, and whether the LSN is the place where they were found, is the caller's question.
/// Errors: corrupt.
Result<GroupHeader> decode_group_header(Bytes in);

void encode_record_header(const RecordHeader& header, std::span<std::byte, kRecordHeaderBytes> out);
/// Errors: corrupt, unsupported (a type or flag of a newer version).
Result<RecordHeader> decode_record_header(Bytes in);

/// The CRC of `data` in a segment with that signature: CRC-32C of the signature, then the data.
std::uint32_t signed_crc(std::uint64_t signature, Bytes data);

constexpr std::uint64_t align_up(std::uint64_t value, std::uint64_t unit) {
    return (value + unit - 1) / unit * unit;
}

}  // namespace loam
