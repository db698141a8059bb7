#include "engine/index/chunk.h"

#include <limits>
#include <utility>

#include "engine/base/bytes.h"
#include "engine/base/check.h"
#include "engine/codec/varint.h"
#include "engine/record/column.h"
#include "engine/record/limits.h"

namespace loam::index {
namespace {

// fixed    := version:u8 count first-uid (last-uid - first-uid) octets
//             column{uid} column{cid} column{internal_date_s} column{internal_zone_min}
//             column{save_date_s} column{size}
// changing := version:u8 count highest_modseq unseen deleted deleted_octets first_unseen
//             column{modseq} column{flags} column{keywords}           docs/format/index.md, section
//             4
constexpr std::uint8_t kVersion = 1;
constexpr std::uint64_t kU32Max = std::numeric_limits<std::uint32_t>::max();

template <typename Get>
void put(ByteWriter& out, std::span<const MessageRow> rows, Get get) {
    Column column;
    column.reserve(rows.size());
    for (const MessageRow& row : rows)
        column.push_back(static_cast<std::uint64_t>(get(row)));
    put_column(out, column);
}

template <typename Set>
void get(ByteReader& in, std::span<MessageRow> rows, Set set) {
    const Column column = get_column(in, rows.size());
    for (std::size_t i = 0; i < column.size(); ++i)
        set(rows[i], column[i]);
}

/// True when `raw`, read as signed, fits the type.
template <typename T>
bool fits(std::uint64_t raw) {
    return std::in_range<T>(static_cast<std::int64_t>(raw));
}

void check_rows(std::span<const MessageRow> rows) {
    LOAM_CHECK(!rows.empty() && rows.size() <= kChunkRowsMax);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        LOAM_CHECK(rows[i].uid.value != 0 && (i == 0 || rows[i - 1].uid < rows[i].uid));
        LOAM_CHECK(rows[i].modseq.value != 0 && rows[i].modseq.value <= kModseqMax);
        LOAM_CHECK(rows[i].flags <= kFlagsAll);
    }
}

std::uint32_t get_count(ByteReader& in) {
    const auto count = static_cast<std::uint32_t>(in.varint_max(kChunkRowsMax));
    if (in.ok() && count == 0) in.refuse("no rows");
    return count;
}

FixedHead get_fixed_head(ByteReader& in) {
    FixedHead head;
    head.count = get_count(in);
    head.first = Uid{static_cast<std::uint32_t>(in.varint_max(kU32Max))};
    const std::uint64_t width = in.varint_max(kU32Max - head.first.value);
    head.last = Uid{static_cast<std::uint32_t>(head.first.value + width)};
    head.octets = in.varint();
    return head;
}

ChangingHead get_changing_head(ByteReader& in) {
    ChangingHead head;
    head.count = get_count(in);
    head.highest_modseq = Modseq{in.varint_max(kModseqMax)};
    head.unseen = static_cast<std::uint32_t>(in.varint_max(head.count));
    head.deleted = static_cast<std::uint32_t>(in.varint_max(head.count));
    head.deleted_octets = in.varint();
    head.first_unseen = Uid{static_cast<std::uint32_t>(in.varint_max(kU32Max))};
    return head;
}

ByteReader open(std::string_view value, std::string_view what) {
    return ByteReader(as_bytes(value), what);
}

Status check_version(ByteReader& in) {
    const std::uint8_t version = in.u8();
    if (version > kVersion) return fail(Errc::unsupported, "message chunk: newer version");
    if (version == 0) in.refuse("version 0");
    return in.status();
}

void get_fixed_columns(ByteReader& in, std::span<MessageRow> rows) {
    get(in, rows, [&](MessageRow& row, std::uint64_t raw) {
        if (raw > kU32Max) in.refuse("uid out of range");
        row.uid = Uid{static_cast<std::uint32_t>(raw)};
    });
    get(in, rows, [](MessageRow& row, std::uint64_t raw) { row.cid = Cid{raw}; });
    get(in, rows, [](MessageRow& row, std::uint64_t raw) {
        row.internal_date_s = static_cast<std::int64_t>(raw);
    });
    get(in, rows, [&](MessageRow& row, std::uint64_t raw) {
        if (!fits<std::int16_t>(raw)) in.refuse("zone out of range");
        row.internal_zone_min = static_cast<std::int16_t>(raw);
    });
    get(in, rows, [](MessageRow& row, std::uint64_t raw) {
        row.save_date_s = static_cast<std::int64_t>(raw);
    });
    get(in, rows, [](MessageRow& row, std::uint64_t raw) { row.size = raw; });
}

void get_changing_columns(ByteReader& in, std::span<MessageRow> rows) {
    get(in, rows, [&](MessageRow& row, std::uint64_t raw) {
        if (raw == 0 || raw > kModseqMax) in.refuse("modseq out of range");
        row.modseq = Modseq{raw};
    });
    get(in, rows, [&](MessageRow& row, std::uint64_t raw) {
        if (raw > kFlagsAll) in.refuse("unknown flags");
        row.flags = static_cast<std::uint8_t>(raw);
    });
    get(in, rows, [](MessageRow& row, std::uint64_t raw) { row.keywords = raw; });
}

bool ascending(std::span<const MessageRow> rows) {
    for (std::size_t i = 1; i < rows.size(); ++i) {
        if (rows[i - 1].uid >= rows[i].uid) return false;
    }
    return rows.front().uid.value != 0;
}

}  // namespace

FixedHead fixed_head(std::span<const MessageRow> rows) {
    FixedHead head{.count = static_cast<std::uint32_t>(rows.size()),
                   .first = rows.front().uid,
                   .last = rows.back().uid,
                   .octets = 0};
    for (const MessageRow& row : rows)
        head.octets += row.size;
    return head;
}

ChangingHead changing_head(std::span<const MessageRow> rows) {
    ChangingHead head;
    head.count = static_cast<std::uint32_t>(rows.size());
    for (const MessageRow& row : rows) {
        head.highest_modseq = std::max(head.highest_modseq, row.modseq);
        if ((row.flags & kFlagSeen) == 0) {
            if (head.unseen == 0) head.first_unseen = row.uid;
            ++head.unseen;
        }
        if ((row.flags & kFlagDeleted) != 0) {
            ++head.deleted;
            head.deleted_octets += row.size;
        }
    }
    return head;
}

std::string encode_fixed(std::span<const MessageRow> rows) {
    check_rows(rows);
    const FixedHead head = fixed_head(rows);
    ByteVector bytes;
    ByteWriter out(bytes);
    out.u8(kVersion);
    out.varint(head.count);
    out.varint(head.first.value);
    out.varint(head.last.value - head.first.value);
    out.varint(head.octets);
    put(out, rows, [](const MessageRow& row) { return row.uid.value; });
    put(out, rows, [](const MessageRow& row) { return row.cid.value; });
    put(out, rows, [](const MessageRow& row) { return row.internal_date_s; });
    put(out, rows, [](const MessageRow& row) { return std::int64_t{row.internal_zone_min}; });
    put(out, rows, [](const MessageRow& row) { return row.save_date_s; });
    put(out, rows, [](const MessageRow& row) { return row.size; });
    return std::string(as_text(bytes));
}

std::string encode_changing(std::span<const MessageRow> rows) {
    check_rows(rows);
    const ChangingHead head = changing_head(rows);
    ByteVector bytes;
    ByteWriter out(bytes);
    out.u8(kVersion);
    out.varint(head.count);
    out.varint(head.highest_modseq.value);
    out.varint(head.unseen);
    out.varint(head.deleted);
    out.varint(head.deleted_octets);
    out.varint(head.first_unseen.value);
    put(out, rows, [](const MessageRow& row) { return row.modseq.value; });
    put(out, rows, [](const MessageRow& row) { return std::uint64_t{row.flags}; });
    put(out, rows, [](const MessageRow& row) { return row.keywords; });
    return std::string(as_text(bytes));
}

Result<FixedHead> decode_fixed_head(std::string_view fixed) {
    ByteReader in = open(fixed, "message chunk, fixed");
    LOAM_TRY_STATUS(check_version(in));
    const FixedHead head = get_fixed_head(in);
    LOAM_TRY_STATUS(in.status());
    return head;
}

Result<ChangingHead> decode_changing_head(std::string_view changing) {
    ByteReader in = open(changing, "message chunk, changing");
    LOAM_TRY_STATUS(check_version(in));
    const ChangingHead head = get_changing_head(in);
    LOAM_TRY_STATUS(in.status());
    return head;
}

Result<std::vector<MessageRow>> decode_chunk(std::string_view fixed, std::string_view changing) {
    ByteReader fixed_in = open(fixed, "message chunk, fixed");
    ByteReader changing_in = open(changing, "message chunk, changing");
    LOAM_TRY_STATUS(check_version(fixed_in));
    LOAM_TRY_STATUS(check_version(changing_in));
    const FixedHead head = get_fixed_head(fixed_in);
    const ChangingHead changes = get_changing_head(changing_in);
    LOAM_TRY_STATUS(fixed_in.status());
    LOAM_TRY_STATUS(changing_in.status());
    if (head.count != changes.count) return fail(Errc::corrupt, "message chunk: halves differ");

    std::vector<MessageRow> rows(head.count);
    get_fixed_columns(fixed_in, rows);
    get_changing_columns(changing_in, rows);
    LOAM_TRY_STATUS(fixed_in.finish());
    LOAM_TRY_STATUS(changing_in.finish());
    if (!ascending(rows)) return fail(Errc::corrupt, "message chunk: uids do not ascend");
    if (fixed_head(rows) != head || changing_head(rows) != changes)
        return fail(Errc::corrupt, "message chunk: head does not fit the rows");
    return rows;
}

}  // namespace loam::index
