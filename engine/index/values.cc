#include "engine/index/values.h"

#include <algorithm>
#include <limits>

#include "engine/base/bytes.h"
#include "engine/base/check.h"
#include "engine/codec/varint.h"
#include "engine/index/keys.h"
#include "engine/record/row_fields.h"

namespace loam::index {
namespace {

// applied    := version:u8 end:u64le chain:16
// account-id := version:u8 account:u64le
// snapshot   := version:u8 covers places
// checkpoint := version:u8, then the meta of the record
// counts     := version:u8 n (place:u8 count)...       docs/format/index.md, section 3
constexpr std::uint8_t kVersion = 1;

Status check_version(ByteReader& in, std::string_view what) {
    const std::uint8_t version = in.u8();
    if (version > kVersion) return fail(Errc::unsupported, std::string(what) + ": newer version");
    if (version == 0) in.refuse("version 0");
    return in.status();
}

}  // namespace

std::string encode_applied(const Applied& applied) {
    ByteVector bytes;
    ByteWriter out(bytes);
    out.u8(kVersion);
    out.u64(applied.end.value);
    out.bytes(applied.chain);
    return std::string(as_text(bytes));
}

std::string encode_account_id(AccountId account) {
    ByteVector bytes;
    ByteWriter out(bytes);
    out.u8(kVersion);
    out.u64(account.value);
    return std::string(as_text(bytes));
}

std::string encode_snapshot(const SnapshotRow& row) {
    ByteVector bytes;
    ByteWriter out(bytes);
    out.u8(kVersion);
    out.varint(row.covers.value);
    put_places(out, row.places);
    return std::string(as_text(bytes));
}

std::string encode_checkpoint(const CheckpointRecord& checkpoint) {
    ByteVector bytes;
    ByteWriter out(bytes);
    out.u8(meta_version(RecordType::checkpoint));
    out.bytes(encode_meta(checkpoint));
    return std::string(as_text(bytes));
}

std::string encode_counts(const Counts& counts) {
    LOAM_CHECK(!counts.empty());
    ByteVector bytes;
    ByteWriter out(bytes);
    out.u8(kVersion);
    out.varint(counts.size());
    for (const auto& [place, count] : counts) {
        LOAM_CHECK(count != 1);
        out.u8(place);
        out.varint(count);
    }
    return std::string(as_text(bytes));
}

Result<Applied> decode_applied(std::string_view value) {
    ByteReader in(as_bytes(value), "applied position");
    LOAM_TRY_STATUS(check_version(in, "applied position"));
    Applied applied{.end = Lsn{in.u64()}};
    const Bytes chain = in.bytes(applied.chain.size());
    std::ranges::copy(chain, applied.chain.begin());
    LOAM_TRY_STATUS(in.finish());
    return applied;
}

Result<AccountId> decode_account_id(std::string_view value) {
    ByteReader in(as_bytes(value), "account id");
    LOAM_TRY_STATUS(check_version(in, "account id"));
    const AccountId account{in.u64()};
    LOAM_TRY_STATUS(in.finish());
    return account;
}

Result<SnapshotRow> decode_snapshot(std::string_view value) {
    ByteReader in(as_bytes(value), "snapshot");
    LOAM_TRY_STATUS(check_version(in, "snapshot"));
    SnapshotRow row;
    row.covers = Lsn{in.varint()};
    row.places = get_places(in);
    LOAM_TRY_STATUS(in.finish());
    return row;
}

Result<CheckpointRecord> decode_checkpoint(std::string_view value) {
    ByteReader in(as_bytes(value), "checkpoint");
    const std::uint8_t version = in.u8();
    LOAM_TRY_STATUS(in.status());
    LOAM_TRY(const Record record, decode_meta(RecordType::checkpoint, version, in.rest()));
    return std::get<CheckpointRecord>(record);
}

Result<Counts> decode_counts(std::string_view value) {
    ByteReader in(as_bytes(value), "reference counts");
    LOAM_TRY_STATUS(check_version(in, "reference counts"));
    Counts counts;
    const std::size_t n = in.count(kCountsPerKey, 2);
    if (in.ok() && n == 0) in.refuse("no counts");
    for (std::size_t i = 0; i < n && in.ok(); ++i) {
        const std::uint8_t place = in.u8();
        const std::uint64_t count = in.varint_max(std::numeric_limits<std::uint32_t>::max());
        if (count == 1) in.refuse("a count of one");
        if (!counts.empty() && place <= counts.rbegin()->first) in.refuse("places do not ascend");
        counts.emplace(place, static_cast<std::uint32_t>(count));
    }
    LOAM_TRY_STATUS(in.finish());
    return counts;
}

}  // namespace loam::index
