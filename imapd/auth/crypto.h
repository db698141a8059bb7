#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// The few primitives of OpenSSL that authentication needs, over octet strings.
namespace loam::imap {

inline constexpr std::size_t kSha256Bytes = 32;

std::string hmac_sha256(std::string_view key, std::string_view data);
std::string sha256(std::string_view data);
/// Cryptographic.
std::string random_octets(std::size_t size);
/// Takes the same time whichever octet differs. Both are of one length, or they differ.
bool equal_in_constant_time(std::string_view a, std::string_view b);
/// RFC 4648 section 4, padded.
std::string base64_of(std::string_view octets);
/// Overwrites what a password was in.
void wipe(std::string& secret);

}  // namespace loam::imap
