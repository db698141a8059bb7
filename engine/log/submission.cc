#include "engine/log/submission.h"

#include <utility>

namespace loam {

EncodedRecord encode_record(AccountId account, Cid cid, const Record& record, ByteVector payload) {
    const RecordType type = type_of(record);
    const std::uint64_t payload_xxh3 = payload.empty() ? 0 : xxh3_64(payload);
    return {
        .account = account,
        .cid = cid,
        .type = type,
        .version = meta_version(type),
        .flags = 0,
        .meta = encode_meta(record),
        .payload = std::move(payload),
        .payload_xxh3 = payload_xxh3,
    };
}

void GroupSize::add(const Submission& submission) {
    for (const EncodedRecord& record : submission.records)
        add(record.meta.size(), record.payload.size());
}

void GroupSize::add(std::uint64_t meta_bytes, std::uint64_t payload_bytes) {
    ++records_;
    table_bytes_ += kRecordHeaderBytes + meta_bytes;
    payload_bytes_ += align_up(payload_bytes, kPayloadAlignBytes);
}

std::uint64_t GroupSize::total_bytes() const {
    const std::uint64_t front = kGroupHeaderBytes + table_bytes_;
    return align_up(align_up(front, kPayloadAlignBytes) + payload_bytes_, kGroupAlignBytes);
}

}  // namespace loam
