#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "engine/base/bytes.h"

struct evp_md_ctx_st;  // OpenSSL's EVP_MD_CTX
struct XXH3_state_s;   // xxHash's XXH3_state_t

/// Checksums against accidents (crc32c, XXH3) and the identity of a message (SHA-256).
/// XXH3 finds damage; it never tells two contents apart where a user picks the bytes.
namespace loam {

/// CRC-32C (Castagnoli). crc32c(b, crc32c(a)) is the crc of a followed by b.
std::uint32_t crc32c(Bytes data, std::uint32_t seed = 0);

std::uint64_t xxh3_64(Bytes data);

using Hash128 = std::array<std::byte, 16>;
/// XXH3-128 in xxHash's canonical (big endian) form.
Hash128 xxh3_128(Bytes data);

/// XXH3-64 of bytes that come in pieces. Not copyable; one thread at a time.
class Xxh3Stream {
  public:
    Xxh3Stream();
    void update(Bytes data);
    /// The hash of all so far; more may follow.
    std::uint64_t finish() const;

  private:
    struct Free {
        void operator()(XXH3_state_s* state) const;
    };
    std::unique_ptr<XXH3_state_s, Free> state_;
};

using Sha256Digest = std::array<std::byte, 32>;

/// SHA-256 of bytes that come in pieces. Not copyable; one thread at a time.
class Sha256 {
  public:
    Sha256();
    void update(Bytes data);
    /// The digest of all so far. Once: nothing may follow.
    Sha256Digest finish();

  private:
    struct Free {
        void operator()(evp_md_ctx_st* context) const;
    };
    std::unique_ptr<evp_md_ctx_st, Free> context_;
};

/// The digest of bytes that lie together.
Sha256Digest sha256(Bytes data);

}  // namespace loam
