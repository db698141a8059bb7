#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace loam::imap {

/// PBKDF2 rounds of new secrets: RFC 7677 section 4 wants 4096 at least.
inline constexpr std::uint32_t kScramIterations = 4096;
/// Rounds of a stored secret that are believed; more would let one login burn seconds.
inline constexpr std::uint32_t kScramIterationsMax = 1'000'000;

/// What a SCRAM-SHA-256 server keeps of a password: RFC 5802 section 3. Octet strings.
struct ScramSecret {
    std::uint32_t iterations = kScramIterations;
    std::string salt;
    std::string stored_key;
    std::string server_key;
};

/// Keys for a password prepared by SASLprep (RFC 4013). Burns CPU: call it in a worker.
/// Errors: invalid (nothing is left, or octets that SASLprep refuses).
Result<ScramSecret> derive_secret(std::string_view password, std::string salt,
                                  std::uint32_t iterations);

/// "SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey" with base64 inside: RFC 5803 section 2.
std::string print_secret(const ScramSecret& secret);
/// Errors: corrupt.
Result<ScramSecret> parse_secret(std::string_view text);

/// Whether the password gives these keys. Takes the same time whichever octet differs. Burns CPU as
/// derive_secret().
bool secret_matches(const ScramSecret& secret, std::string_view password);

}  // namespace loam::imap
