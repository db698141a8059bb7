#include "engine/search/segment_keys.h"

#include "engine/codec/varint.h"

namespace loam::lookup {

namespace {

// In the order of an account's keys: heads are few and stand together.
constexpr char kHead = 'h';
constexpr char kBlock = 's';

std::string start(AccountId account, char type) {
    ByteVector key;
    ByteWriter out(key);
    out.be64(account.value);
    out.u8(static_cast<std::uint8_t>(type));
    return std::string(as_text(key));
}

index::KeyRange all_with(std::string prefix) {
    return {.lower = prefix, .upper = index::after_prefix(std::move(prefix))};
}

}  // namespace

std::string head_key(AccountId account, std::uint64_t segment) {
    ByteVector rest;
    ByteWriter(rest).be64(segment);
    return start(account, kHead).append(as_text(rest));
}

std::string block_key(AccountId account, std::uint64_t segment, BlockName name) {
    ByteVector rest;
    ByteWriter out(rest);
    out.be64(segment);
    out.u8(name.kind);
    out.be32(name.number);
    return start(account, kBlock).append(as_text(rest));
}

index::KeyRange all_heads(AccountId account) {
    return all_with(start(account, kHead));
}

index::KeyRange all_blocks(AccountId account) {
    return all_with(start(account, kBlock));
}

index::KeyRange all_keys(AccountId account) {
    return {.lower = all_heads(account).lower, .upper = all_blocks(account).upper};
}

Result<std::uint64_t> segment_of_key(std::string_view key) {
    ByteReader in(as_bytes(key), "search key");
    (void)in.be64();
    (void)in.u8();
    const std::uint64_t segment = in.be64();
    LOAM_TRY_STATUS(in.status());
    return segment;
}

}  // namespace loam::lookup
