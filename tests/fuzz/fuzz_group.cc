// A commit group as it may stand on a damaged disk: the parsers read nothing outside of it and give
// no record whose payload lies outside of it. The checksums are made right first, since they would
// stop every input at the door.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/base/check.h"
#include "engine/codec/le.h"
#include "engine/log/group.h"
#include "engine/log/super.h"

namespace {

using namespace loam;

constexpr std::size_t kCrcOffset = 72;

void make_checksums_right(ByteVector& octets) {
    if (octets.size() < kGroupHeaderBytes) return;
    const MutableBytes all(octets);
    const std::uint64_t signature = load_le64(all.first<8>());
    const std::size_t metas = load_le32(all.subspan<76, 4>());
    if (metas <= octets.size() - kGroupHeaderBytes) {
        const Bytes covered = all.subspan(kGroupHeaderBytes, metas);
        store_le32(all.subspan<68, 4>(), signed_crc(signature, covered));
    }
    const std::uint32_t front = signed_crc(signature, all.first(kCrcOffset));
    const Bytes behind = all.subspan(kCrcOffset + 4, kGroupHeaderBytes - kCrcOffset - 4);
    store_le32(all.subspan<kCrcOffset, 4>(), crc32c(behind, front));
}

void check_group(Bytes octets) {
    const Result<GroupHeader> header = decode_group_header(octets);
    if (!header) return;
    ByteVector encoded(kGroupHeaderBytes);
    encode_group_header(*header, std::span(encoded).first<kGroupHeaderBytes>());
    LOAM_CHECK(std::ranges::equal(encoded, octets.first(kGroupHeaderBytes)));
    if (octets.size() < kGroupHeaderBytes + header->meta_bytes) return;
    if (!metas_intact(*header, octets)) return;
    const Result<ScannedGroup> group = parse_group(*header, octets);
    if (!group) return;
    LOAM_CHECK(group->records.size() == header->records);
    const std::uint64_t begin = lsn_offset(header->lsn);
    for (const ScannedRecord& record : group->records) {
        if (record.payload.length == 0) continue;
        LOAM_CHECK(record.payload.offset >= begin + kGroupHeaderBytes + header->meta_bytes);
        LOAM_CHECK(record.payload.offset + record.payload.length <= begin + header->total_bytes);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Bytes input = std::as_bytes(std::span(data, size));
    check_group(input);
    ByteVector octets(input.begin(), input.end());
    make_checksums_right(octets);
    check_group(octets);
    (void)decode_segment_header(input).ok();
    (void)decode_record_header(input).ok();
    (void)decode_super(input).ok();
    return 0;
}
