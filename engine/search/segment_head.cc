#include "engine/search/segment_head.h"

#include <algorithm>
#include <functional>

#include "engine/base/check.h"
#include "engine/codec/checksum.h"
#include "engine/codec/varint.h"

namespace loam::lookup {

namespace {

constexpr std::uint8_t kVersion = 1;
/// Blocks of one segment of one kind; a bound for what is allocated comes from the octets too.
constexpr std::size_t kBlocksMax = 1U << 22;

void put_ascending(std::span<const std::uint32_t> numbers, ByteWriter& out) {
    out.varint(numbers.size());
    std::uint32_t before = 0;
    for (const std::uint32_t number : numbers) {
        out.varint(number - before);
        before = number;
    }
}

/// Strictly ascending, each below `limit`.
std::vector<std::uint32_t> get_ascending(ByteReader& in, std::uint64_t limit) {
    std::vector<std::uint32_t> numbers(in.count(kBlocksMax));
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const std::uint64_t step = in.varint_max(limit);
        number += step;
        if (number >= limit || (i > 0 && step == 0)) in.refuse("numbers do not ascend");
        numbers[i] = static_cast<std::uint32_t>(number);
    }
    return numbers;
}

std::vector<Cid> get_cids(ByteReader& in) {
    std::vector<Cid> cids(in.count(kSegmentDocsMax));
    std::uint64_t cid = 0;
    for (Cid& one : cids) {
        cid += static_cast<std::uint64_t>(in.svarint());
        one = Cid{cid};
    }
    // Most often they ascend, since messages come one after another.
    if (std::ranges::adjacent_find(cids, std::greater_equal<>()) == cids.end()) return cids;
    std::vector<Cid> sorted = cids;
    std::ranges::sort(sorted);
    if (std::ranges::adjacent_find(sorted) != sorted.end()) in.refuse("a message stands twice");
    return cids;
}

}  // namespace

// head := version:u8 crc:u32 level:u8 text:varint blocks:varint cids grams columns
ByteVector encode_head(const SegmentHead& head) {
    LOAM_CHECK(head.cids.size() <= kSegmentDocsMax && head.level <= kLevelMax);
    ByteVector rest;
    ByteWriter out(rest);
    out.u8(head.level);
    out.varint(head.text_bytes);
    out.varint(head.block_bytes);
    out.varint(head.cids.size());
    std::uint64_t before = 0;
    for (const Cid cid : head.cids) {
        out.svarint(static_cast<std::int64_t>(cid.value - before));
        before = cid.value;
    }
    put_ascending(head.grams, out);
    for (const auto& column : head.columns)
        put_ascending(column, out);
    ByteVector encoded;
    ByteWriter whole(encoded);
    whole.u8(kVersion);
    whole.u32(crc32c(rest));
    whole.bytes(rest);
    return encoded;
}

Result<SegmentHead> decode_head(Bytes encoded) {
    ByteReader in(encoded, "search head");
    const std::uint8_t version = in.u8();
    const std::uint32_t crc = in.u32();
    LOAM_TRY_STATUS(in.status());
    if (version > kVersion) return fail(Errc::unsupported, "search head: newer version");
    if (version == 0 || crc32c(encoded.subspan(1 + sizeof(crc))) != crc)
        return fail(Errc::corrupt, "search head: checksum");
    SegmentHead head;
    head.level = in.u8();
    if (head.level > kLevelMax) in.refuse("level");
    head.text_bytes = in.varint();
    head.block_bytes = in.varint();
    head.cids = get_cids(in);
    head.grams = get_ascending(in, kFields * kFieldTerms);
    for (auto& column : head.columns) {
        column = get_ascending(in, std::max<Doc>(head.docs(), 1));
        if (head.docs() > 0 && (column.empty() || column.front() != 0)) in.refuse("column");
    }
    LOAM_TRY_STATUS(in.finish());
    return head;
}

}  // namespace loam::lookup
