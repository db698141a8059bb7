#include "tests/imapd/auth/scram_client.h"

#include <cstdlib>
#include <string_view>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "engine/base/check.h"
#include "imapd/auth/crypto.h"

namespace loam::imap {
namespace {

const unsigned char* octets(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* octets(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

std::string hmac(const EVP_MD* digest, std::string_view key, std::string_view data) {
    std::string out(EVP_MAX_MD_SIZE, '\0');
    unsigned size = 0;
    HMAC(digest, key.data(), static_cast<int>(key.size()), octets(data), data.size(), octets(out),
         &size);
    out.resize(size);
    return out;
}

std::string hash(const EVP_MD* digest, std::string_view data) {
    std::string out(EVP_MAX_MD_SIZE, '\0');
    unsigned size = 0;
    EVP_Digest(data.data(), data.size(), octets(out), &size, digest, nullptr);
    out.resize(size);
    return out;
}

std::string unbase64(std::string_view text) {
    std::string out(text.size(), '\0');
    const int size = EVP_DecodeBlock(octets(out), octets(text), static_cast<int>(text.size()));
    LOAM_CHECK(size >= 0);
    out.resize(static_cast<std::size_t>(size));
    for (const char c : text.substr(text.size() - 2)) {
        if (c == '=') out.pop_back();
    }
    return out;
}

std::string attribute(std::string_view message, char name) {
    const std::size_t at = message.find(std::string(1, name) + "=");
    LOAM_CHECK(at != std::string_view::npos);
    return std::string(message.substr(at + 2, message.find(',', at) - at - 2));
}

}  // namespace

std::string ScramClient::bare() const {
    return "n=" + settings_.user + ",r=" + settings_.nonce;
}

std::string ScramClient::first() const {
    return settings_.gs2_header + bare();
}

std::string ScramClient::last(const std::string& server_first) {
    const EVP_MD* digest = EVP_get_digestbyname(settings_.digest);
    const std::string salt = unbase64(attribute(server_first, 's'));
    const std::string rounds = attribute(server_first, 'i');
    std::string salted(static_cast<std::size_t>(EVP_MD_get_size(digest)), '\0');
    PKCS5_PBKDF2_HMAC(settings_.password.data(), static_cast<int>(settings_.password.size()),
                      octets(salt), static_cast<int>(salt.size()), std::atoi(rounds.c_str()),
                      digest, static_cast<int>(salted.size()), octets(salted));
    const std::string without_proof = "c=" + base64_of(settings_.gs2_header + settings_.binding) +
                                      ",r=" + attribute(server_first, 'r');
    const std::string message = bare() + "," + server_first + "," + without_proof;
    std::string proof = hmac(digest, salted, "Client Key");
    const std::string signature = hmac(digest, hash(digest, proof), message);
    for (std::size_t i = 0; i < proof.size(); ++i)
        proof[i] = static_cast<char>(proof[i] ^ signature[i]);
    server_signature_ = base64_of(hmac(digest, hmac(digest, salted, "Server Key"), message));
    return without_proof + ",p=" + base64_of(proof);
}

}  // namespace loam::imap
