#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

struct evp_pkey_st;

namespace loam::imap {

/// How a token is signed: RFC 7518 section 3.1.
enum class TokenAlgorithm : std::uint8_t { rs256, es256, hs256 };

/// A key of the server that issues tokens.
struct TokenKey {
    std::string id;  ///< the token's "kid" must be this; empty: serves tokens of any
    TokenAlgorithm algorithm = TokenAlgorithm::rs256;
    std::string material;  ///< PEM of a public key; for hs256 the octets of the secret
};

/// What a token must say to be believed.
struct TokenRules {
    std::vector<TokenKey> keys;  ///< empty: no tokens
    std::string issuer;          ///< "iss"
    std::string audience;        ///< "aud", or one of it
    std::string scope;           ///< a word of "scope", or one of "scp"; empty: any
    std::string user_claim = "sub";
};

inline constexpr std::size_t kTokenBytesMax = 16U << 10;
/// How much clocks may differ.
inline constexpr std::int64_t kTokenLeewaySeconds = 60;

/// Verifies JSON Web Tokens, RFC 7519 and RFC 7515, in the compact form, signed. The key decides
/// which algorithm is taken, never the token. Thread: any.
class TokenVerifier {
  public:
    /// Errors: invalid (a key that is none, or too weak).
    static Result<std::unique_ptr<TokenVerifier>> make(TokenRules rules);
    TokenVerifier(const TokenVerifier&) = delete;
    TokenVerifier& operator=(const TokenVerifier&) = delete;
    ~TokenVerifier();

    /// The user that the token names. Errors: auth_failed, in words for the log, none of which are
    /// the token's. Burns CPU: call it in a worker.
    Result<std::string> verify(std::string_view token, std::int64_t now_s) const;
    const TokenRules& rules() const { return rules_; }

  private:
    explicit TokenVerifier(TokenRules rules) : rules_(std::move(rules)) {}
    bool signature_fits(std::size_t key, std::string_view text, std::string_view signature) const;

    struct KeyFree {
        void operator()(evp_pkey_st* key) const;
    };
    const TokenRules rules_;
    std::vector<std::unique_ptr<evp_pkey_st, KeyFree>> keys_;  // as rules_.keys; null for hs256
};

}  // namespace loam::imap
