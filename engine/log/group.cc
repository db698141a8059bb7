#include "engine/log/group.h"

#include <algorithm>
#include <cstring>

#include "engine/base/check.h"

namespace loam {
namespace {

/// Where the next header, meta and payload go. All offsets are from the start of the group.
struct Cursor {
    MutableBytes out;
    std::size_t header = kGroupHeaderBytes;
    std::size_t meta = 0;
    std::size_t payload = 0;
};

void put(MutableBytes out, std::size_t offset, Bytes value) {
    if (!value.empty())
        std::memcpy(out.subspan(offset, value.size()).data(), value.data(), value.size());
}

void zero(MutableBytes out, std::size_t from, std::size_t to) {
    std::ranges::fill(out.subspan(from, to - from), std::byte{0});
}

/// Writes one record at the cursor and moves it. Returns the place of the payload, without record
/// number and group.
Place put_record(Cursor& at, const EncodedRecord& record, std::uint32_t txn) {
    const bool has_payload = !record.payload.empty();
    const RecordHeader header{
        .type = record.type,
        .version = record.version,
        .flags = record.flags,
        .account = record.account,
        .cid = record.cid,
        .txn = txn,
        .meta_bytes = static_cast<std::uint32_t>(record.meta.size()),
        .payload_offset = has_payload ? static_cast<std::uint32_t>(at.payload) : 0,
        .payload_bytes = record.payload.size(),
        .payload_xxh3 = record.payload_xxh3,
    };
    encode_record_header(header, at.out.subspan(at.header).first<kRecordHeaderBytes>());
    at.header += kRecordHeaderBytes;
    put(at.out, at.meta, record.meta);
    at.meta += record.meta.size();
    if (!has_payload) return {};

    put(at.out, at.payload, record.payload);
    const std::size_t payload_end = at.payload + record.payload.size();
    const std::size_t next = align_up(payload_end, kPayloadAlignBytes);
    zero(at.out, payload_end, next);
    const Place place{.group = {},
                      .record = 0,
                      .offset = at.payload,
                      .length = record.payload.size(),
                      .xxh3 = record.payload_xxh3};
    at.payload = next;
    return place;
}

void put_submission(Cursor& at, Submission& submission, std::uint32_t txn, Lsn lsn,
                    std::uint32_t& number) {
    submission.group = lsn;
    submission.payload_places.clear();
    for (const EncodedRecord& record : submission.records) {
        Place place = put_record(at, record, txn);
        if (place.length != 0) {
            place.group = lsn;
            place.record = number;
            place.offset += lsn_offset(lsn);
        }
        submission.payload_places.push_back(place);
        ++number;
    }
}

}  // namespace

Hash128 chain_hash(Bytes header_and_metas) {
    return xxh3_128(header_and_metas);
}

Hash128 assemble_group(GroupHeader header, std::span<const std::unique_ptr<Submission>> submissions,
                       MutableBytes out) {
    GroupSize size;
    for (const auto& submission : submissions)
        size.add(*submission);
    const EncodedRecord noop = encode_record(kStoreAccount, Cid{0}, NoopRecord{});
    if (submissions.empty()) size.add(noop.meta.size(), 0);
    LOAM_CHECK(size.total_bytes() == out.size());

    const std::size_t front = kGroupHeaderBytes + size.meta_bytes();
    Cursor at{.out = out};
    at.meta = kGroupHeaderBytes + size.records() * kRecordHeaderBytes;
    at.payload = align_up(front, kPayloadAlignBytes);
    zero(out, front, at.payload);
    std::uint32_t txn = 0;
    std::uint32_t number = 0;
    for (const auto& submission : submissions)
        put_submission(at, *submission, txn++, header.lsn, number);
    if (submissions.empty()) put_record(at, noop, 0);
    zero(out, at.payload, out.size());
    LOAM_CHECK(at.meta == front);

    header.total_bytes = static_cast<std::uint32_t>(out.size());
    header.records = static_cast<std::uint32_t>(size.records());
    header.meta_bytes = static_cast<std::uint32_t>(size.meta_bytes());
    header.meta_crc =
        signed_crc(header.signature, out.subspan(kGroupHeaderBytes, header.meta_bytes));
    encode_group_header(header, out.first<kGroupHeaderBytes>());
    return chain_hash(out.first(front));
}

bool metas_intact(const GroupHeader& header, Bytes in) {
    LOAM_CHECK(in.size() >= kGroupHeaderBytes + header.meta_bytes);
    return signed_crc(header.signature, in.subspan(kGroupHeaderBytes, header.meta_bytes)) ==
           header.meta_crc;
}

Result<ScannedGroup> parse_group(const GroupHeader& header, Bytes in) {
    const std::size_t front = kGroupHeaderBytes + header.meta_bytes;
    LOAM_CHECK(in.size() >= front);
    ScannedGroup group{
        .lsn = header.lsn,
        .end = {.end = Lsn{header.lsn.value + header.total_bytes / 64},
                .chain = chain_hash(in.first(front))},
        .wall_us = header.wall_us,
        .flags = header.flags,
        .records = {},
    };
    Bytes table = in.subspan(kGroupHeaderBytes, header.records * kRecordHeaderBytes);
    Bytes metas = in.subspan(kGroupHeaderBytes + table.size(), header.meta_bytes - table.size());
    for (std::uint32_t number = 0; number < header.records; ++number) {
        LOAM_TRY(const RecordHeader record, decode_record_header(table));
        table = table.subspan(kRecordHeaderBytes);
        if (record.meta_bytes > metas.size()) return fail(Errc::corrupt, "group: meta length");
        if (record.payload_bytes != 0 &&
            (record.payload_offset < front || record.payload_bytes > header.total_bytes ||
             record.payload_offset + record.payload_bytes > header.total_bytes)) {
            return fail(Errc::corrupt, "group: payload outside of it");
        }
        LOAM_TRY(Record decoded,
                 decode_meta(record.type, record.version, metas.first(record.meta_bytes)));
        metas = metas.subspan(record.meta_bytes);
        Place payload;
        if (record.payload_bytes != 0) {
            payload = {.group = header.lsn,
                       .record = number,
                       .offset = lsn_offset(header.lsn) + record.payload_offset,
                       .length = record.payload_bytes,
                       .xxh3 = record.payload_xxh3};
        }
        group.records.push_back({record, std::move(decoded), payload});
    }
    if (!metas.empty()) return fail(Errc::corrupt, "group: octets after the last meta");
    return group;
}

}  // namespace loam
