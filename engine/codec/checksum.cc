#include "engine/codec/checksum.h"

#include <algorithm>
#include <climits>
#include <isa-l/crc.h>
#include <xxhash.h>

#include <openssl/evp.h>

#include "engine/base/check.h"

namespace loam {

std::uint32_t crc32c(Bytes data, std::uint32_t seed) {
    constexpr std::size_t kStepBytes = std::size_t{1} << 30;  // ISA-L counts in int
    std::uint32_t crc = ~seed;
    while (!data.empty()) {
        const Bytes step = data.first(std::min(data.size(), kStepBytes));
        // ISA-L only reads, though its old signature takes the buffer without const.
        auto* octets =
            reinterpret_cast<unsigned char*>(const_cast<std::byte*>(step.data()));  // NOLINT
        crc = crc32_iscsi(octets, static_cast<int>(step.size()), crc);
        data = data.subspan(step.size());
    }
    return ~crc;
}

std::uint64_t xxh3_64(Bytes data) {
    return XXH3_64bits(data.data(), data.size());
}

Hash128 xxh3_128(Bytes data) {
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits(data.data(), data.size()));
    Hash128 hash{};
    std::ranges::transform(canonical.digest, hash.begin(),
                           [](unsigned char octet) { return std::byte{octet}; });
    return hash;
}

void Xxh3Stream::Free::operator()(XXH3_state_s* state) const {
    XXH3_freeState(state);
}

Xxh3Stream::Xxh3Stream() : state_(XXH3_createState()) {
    LOAM_CHECK(state_ != nullptr);
    LOAM_CHECK(XXH3_64bits_reset(state_.get()) == XXH_OK);
}

void Xxh3Stream::update(Bytes data) {
    if (data.empty()) return;  // an empty span may have no address
    LOAM_CHECK(XXH3_64bits_update(state_.get(), data.data(), data.size()) == XXH_OK);
}

std::uint64_t Xxh3Stream::finish() const {
    return XXH3_64bits_digest(state_.get());
}

void Sha256::Free::operator()(evp_md_ctx_st* context) const {
    EVP_MD_CTX_free(context);
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
    LOAM_CHECK(context_ != nullptr);
    LOAM_CHECK(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
}

void Sha256::update(Bytes data) {
    LOAM_CHECK(EVP_DigestUpdate(context_.get(), data.data(), data.size()) == 1);
}

Sha256Digest Sha256::finish() {
    Sha256Digest digest{};
    unsigned int size = 0;
    auto* out = reinterpret_cast<unsigned char*>(digest.data());
    LOAM_CHECK(EVP_DigestFinal_ex(context_.get(), out, &size) == 1);
    LOAM_CHECK(size == digest.size());
    return digest;
}

Sha256Digest sha256(Bytes data) {
    Sha256 hash;
    hash.update(data);
    return hash.finish();
}

}  // namespace loam
