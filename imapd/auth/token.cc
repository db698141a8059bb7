#include "imapd/auth/token.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "imapd/auth/crypto.h"
#include "imapd/auth/sasl_base64.h"

namespace loam::imap {
namespace {

using nlohmann::json;

// RFC 7518 sections 3.2, 3.3 and 3.4.
constexpr std::size_t kSecretBytesMin = 32;
constexpr int kRsaBitsMin = 2048;
constexpr std::size_t kEcHalfBytes = 32;

const unsigned char* octets(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

Error no(const std::string& why) {
    return fail(Errc::auth_failed, "token: " + why);
}

std::string_view name_of(TokenAlgorithm algorithm) {
    switch (algorithm) {
        case TokenAlgorithm::rs256:
            return "RS256";
        case TokenAlgorithm::es256:
            return "ES256";
        case TokenAlgorithm::hs256:
            return "HS256";
    }
    return {};
}

// base64url without padding: RFC 7515 appendix C.
std::optional<std::string> unbase64url(std::string_view text) {
    if (text.find_first_of("+/=") != std::string_view::npos) return std::nullopt;
    std::string padded(text);
    std::ranges::replace(padded, '-', '+');
    std::ranges::replace(padded, '_', '/');
    padded.append((4 - padded.size() % 4) % 4, '=');
    auto octets = sasl_decode(padded);
    if (!octets) return std::nullopt;
    return *std::move(octets);
}

std::optional<json> object_in(std::string_view base64url) {
    const auto text = unbase64url(base64url);
    if (!text) return std::nullopt;
    json parsed = json::parse(*text, nullptr, false);
    if (!parsed.is_object()) return std::nullopt;
    return parsed;
}

std::string text_of(const json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// A claim that is one string or a list of them.
bool has_one(const json& object, const char* name, const std::string& wanted) {
    const auto found = object.find(name);
    if (found == object.end()) return false;
    if (found->is_string()) return found->get<std::string>() == wanted;
    return found->is_array() && std::ranges::any_of(*found, [&](const json& each) {
               return each.is_string() && each.get<std::string>() == wanted;
           });
}

// RFC 8693 section 4.2: words of "scope"; some issuers send a list as "scp".
bool has_scope(const json& claims, const std::string& wanted) {
    if (wanted.empty() || has_one(claims, "scp", wanted)) return true;
    const std::string words = " " + text_of(claims, "scope") + " ";
    return words.find(" " + wanted + " ") != std::string::npos;
}

// "nbf" and "exp": RFC 7519 sections 4.1.4 and 4.1.5. A token that never ends is not taken.
Status check_times(const json& claims, std::int64_t now_s) {
    const auto expires = claims.find("exp");
    if (expires == claims.end() || !expires->is_number()) return no("no exp");
    const double now = static_cast<double>(now_s);
    const auto leeway = static_cast<double>(kTokenLeewaySeconds);
    if (expires->get<double>() <= now - leeway) return no("it has expired");
    const auto begins = claims.find("nbf");
    if (begins == claims.end()) return {};
    if (!begins->is_number() || begins->get<double>() > now + leeway) return no("not valid yet");
    return {};
}

// r and s side by side, RFC 7518 section 3.4, as OpenSSL wants them.
std::string der_of(std::string_view signature) {
    if (signature.size() != 2 * kEcHalfBytes) return {};
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(ECDSA_SIG_new(),
                                                                     ECDSA_SIG_free);
    BIGNUM* r = BN_bin2bn(octets(signature), kEcHalfBytes, nullptr);
    BIGNUM* s = BN_bin2bn(octets(signature) + kEcHalfBytes, kEcHalfBytes, nullptr);
    ECDSA_SIG_set0(pair.get(), r, s);  // owns them
    unsigned char* der = nullptr;
    const int size = i2d_ECDSA_SIG(pair.get(), &der);
    if (size < 0) return {};
    std::string out(der, der + size);
    OPENSSL_free(der);
    return out;
}

bool is_fit(const EVP_PKEY* key, TokenAlgorithm algorithm) {
    if (algorithm == TokenAlgorithm::rs256) {
        return EVP_PKEY_is_a(key, "RSA") == 1 && EVP_PKEY_get_bits(key) >= kRsaBitsMin;
    }
    std::string group(64, '\0');
    std::size_t size = 0;
    return EVP_PKEY_is_a(key, "EC") == 1 &&
           EVP_PKEY_get_group_name(key, group.data(), group.size(), &size) == 1 &&
           group.substr(0, size) == "prime256v1";
}

}  // namespace

void TokenVerifier::KeyFree::operator()(evp_pkey_st* key) const {
    EVP_PKEY_free(key);
}

TokenVerifier::~TokenVerifier() = default;

Result<std::unique_ptr<TokenVerifier>> TokenVerifier::make(TokenRules rules) {
    std::unique_ptr<TokenVerifier> made(new TokenVerifier(std::move(rules)));
    for (const TokenKey& key : made->rules_.keys) {
        if (key.algorithm == TokenAlgorithm::hs256) {
            if (key.material.size() < kSecretBytesMin)
                return fail(Errc::invalid, "a secret for HS256 has 32 octets or more");
            made->keys_.emplace_back(nullptr);
            continue;
        }
        const std::unique_ptr<BIO, decltype(&BIO_free)> pem(
            BIO_new_mem_buf(key.material.data(), static_cast<int>(key.material.size())), BIO_free);
        made->keys_.emplace_back(PEM_read_bio_PUBKEY(pem.get(), nullptr, nullptr, nullptr));
        if (!made->keys_.back() || !is_fit(made->keys_.back().get(), key.algorithm)) {
            return fail(Errc::invalid, "not a public key in PEM for " +
                                           std::string(name_of(key.algorithm)) +
                                           " (RSA of 2048 bits or more, P-256)");
        }
    }
    return made;
}

bool TokenVerifier::signature_fits(std::size_t key, std::string_view text,
                                   std::string_view signature) const {
    const TokenKey& rule = rules_.keys[key];
    if (rule.algorithm == TokenAlgorithm::hs256) {
        return equal_in_constant_time(hmac_sha256(rule.material, text), signature);
    }
    std::string der;
    if (rule.algorithm == TokenAlgorithm::es256) {
        der = der_of(signature);
        signature = der;
    }
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                          EVP_MD_CTX_free);
    return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, keys_[key].get()) ==
               1 &&
           EVP_DigestVerify(context.get(), octets(signature), signature.size(), octets(text),
                            text.size()) == 1;
}

Result<std::string> TokenVerifier::verify(std::string_view token, std::int64_t now_s) const {
    const std::size_t first = token.find('.');
    const std::size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
    if (second == std::string_view::npos || token.size() > kTokenBytesMax) return no("no JWT");
    const auto header = object_in(token.substr(0, first));
    const auto signature = unbase64url(token.substr(second + 1));
    if (!header || !signature) return no("no JWT");
    if (header->contains("crit")) return no("it has extensions");
    const std::string algorithm = text_of(*header, "alg");
    const std::string id = text_of(*header, "kid");
    bool signed_by_us = false;
    for (std::size_t i = 0; i < rules_.keys.size() && !signed_by_us; ++i) {
        const TokenKey& key = rules_.keys[i];
        if (name_of(key.algorithm) != algorithm || (!key.id.empty() && key.id != id)) continue;
        signed_by_us = signature_fits(i, token.substr(0, second), *signature);
    }
    if (!signed_by_us) return no("not signed by a key that is known here");
    const auto claims = object_in(token.substr(first + 1, second - first - 1));
    if (!claims) return no("no claims");
    LOAM_TRY_STATUS(check_times(*claims, now_s));
    if (text_of(*claims, "iss") != rules_.issuer) return no("another issuer");
    if (!has_one(*claims, "aud", rules_.audience)) return no("for another audience");
    if (!has_scope(*claims, rules_.scope)) return no("without the scope");
    std::string user = text_of(*claims, rules_.user_claim.c_str());
    if (user.empty()) return no("it names nobody");
    return user;
}

}  // namespace loam::imap
