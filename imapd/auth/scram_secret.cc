#include "imapd/auth/scram_secret.h"

#include <charconv>
#include <gsasl.h>
#include <memory>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "engine/base/check.h"
#include "imapd/auth/crypto.h"

namespace loam::imap {

namespace {

constexpr std::size_t kKeyBytes = kSha256Bytes;
constexpr std::string_view kScheme = "SCRAM-SHA-256$";

const unsigned char* octets(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* octets(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

Result<std::string> prepare(std::string_view password) {
    char* prepared = nullptr;
    const std::string text(password);
    if (text.find('\0') != std::string::npos ||
        gsasl_saslprep(text.c_str(), GSASL_ALLOW_UNASSIGNED, &prepared, nullptr) != GSASL_OK) {
        return fail(Errc::invalid, "the password has characters that are not allowed");
    }
    const std::unique_ptr<char, void (*)(void*)> owner(prepared, gsasl_free);
    std::string result(prepared);
    OPENSSL_cleanse(prepared, result.size());
    if (result.empty()) return fail(Errc::invalid, "the password is empty");
    return result;
}

Result<std::string> decode(std::string_view text) {
    const auto wrong = [] { return fail(Errc::corrupt, "stored secret: base64"); };
    if (text.empty() || text.size() % 4 != 0 || text.size() > 1024) return wrong();
    std::string out(3 * text.size() / 4, '\0');
    if (EVP_DecodeBlock(octets(out), octets(text), static_cast<int>(text.size())) < 0)
        return wrong();
    if (text.ends_with('=')) out.pop_back();
    if (text.ends_with("==")) out.pop_back();
    return out;
}

/// The text before `separator`, which is taken off `rest`.
Result<std::string_view> take_until(std::string_view& rest, char separator) {
    const std::size_t at = rest.find(separator);
    if (at == std::string_view::npos) return fail(Errc::corrupt, "stored secret: cut short");
    const std::string_view taken = rest.substr(0, at);
    rest.remove_prefix(at + 1);
    return taken;
}

}  // namespace

Result<ScramSecret> derive_secret(std::string_view password, std::string salt,
                                  std::uint32_t iterations) {
    LOAM_TRY(std::string prepared, prepare(password));
    std::string salted(kKeyBytes, '\0');
    LOAM_CHECK(PKCS5_PBKDF2_HMAC(prepared.data(), static_cast<int>(prepared.size()), octets(salt),
                                 static_cast<int>(salt.size()), static_cast<int>(iterations),
                                 EVP_sha256(), static_cast<int>(kKeyBytes), octets(salted)) == 1);
    OPENSSL_cleanse(prepared.data(), prepared.size());
    ScramSecret secret;
    secret.iterations = iterations;
    secret.salt = std::move(salt);
    secret.stored_key = sha256(hmac_sha256(salted, "Client Key"));
    secret.server_key = hmac_sha256(salted, "Server Key");
    OPENSSL_cleanse(salted.data(), salted.size());
    return secret;
}

std::string print_secret(const ScramSecret& secret) {
    return std::string(kScheme) + std::to_string(secret.iterations) + ":" + base64_of(secret.salt) +
           "$" + base64_of(secret.stored_key) + ":" + base64_of(secret.server_key);
}

Result<ScramSecret> parse_secret(std::string_view text) {
    if (!text.starts_with(kScheme)) return fail(Errc::corrupt, "stored secret: unknown scheme");
    text.remove_prefix(kScheme.size());
    ScramSecret secret;
    LOAM_TRY(const std::string_view iterations, take_until(text, ':'));
    const auto [end, error] = std::from_chars(
        iterations.data(), iterations.data() + iterations.size(), secret.iterations);
    if (error != std::errc{} || end != iterations.data() + iterations.size() ||
        secret.iterations == 0 || secret.iterations > kScramIterationsMax) {
        return fail(Errc::corrupt, "stored secret: iterations");
    }
    LOAM_TRY(const std::string_view salt, take_until(text, '$'));
    LOAM_TRY(secret.salt, decode(salt));
    LOAM_TRY(const std::string_view stored_key, take_until(text, ':'));
    LOAM_TRY(secret.stored_key, decode(stored_key));
    LOAM_TRY(secret.server_key, decode(text));
    if (secret.stored_key.size() != kKeyBytes || secret.server_key.size() != kKeyBytes) {
        return fail(Errc::corrupt, "stored secret: key length");
    }
    return secret;
}

bool secret_matches(const ScramSecret& secret, std::string_view password) {
    const auto derived = derive_secret(password, secret.salt, secret.iterations);
    if (!derived) return false;
    return equal_in_constant_time(derived->stored_key, secret.stored_key);
}

}  // namespace loam::imap
