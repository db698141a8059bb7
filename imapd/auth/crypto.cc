#include "imapd/auth/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "engine/base/check.h"

namespace loam::imap {
namespace {

const unsigned char* octets(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* octets(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

}  // namespace

std::string hmac_sha256(std::string_view key, std::string_view data) {
    std::string out(kSha256Bytes, '\0');
    unsigned size = 0;
    LOAM_CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), octets(data),
                    data.size(), octets(out), &size) != nullptr);
    return out;
}

std::string sha256(std::string_view data) {
    std::string out(kSha256Bytes, '\0');
    LOAM_CHECK(EVP_Digest(data.data(), data.size(), octets(out), nullptr, EVP_sha256(), nullptr) ==
               1);
    return out;
}

std::string random_octets(std::size_t size) {
    std::string out(size, '\0');
    LOAM_CHECK(RAND_bytes(octets(out), static_cast<int>(size)) == 1);
    return out;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string base64_of(std::string_view data) {
    std::string out(4 * ((data.size() + 2) / 3) + 1, '\0');
    const int size = EVP_EncodeBlock(octets(out), octets(data), static_cast<int>(data.size()));
    out.resize(static_cast<std::size_t>(size));
    return out;
}

void wipe(std::string& secret) {
    OPENSSL_cleanse(secret.data(), secret.size());
    secret.clear();
}

}  // namespace loam::imap
