// Tokens of OAUTHBEARER: RFC 7519, RFC 7515, RFC 7518, and what is said around them, RFC 7628.
#include "imapd/auth/token.h"

#include <memory>

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "imapd/auth/bearer.h"
#include "imapd/auth/crypto.h"

namespace loam::imap {
namespace {

constexpr std::int64_t kNow = 1'800'000'000;
const std::string kSecret(32, 'k');

std::string base64url(std::string_view octets) {
    std::string text = base64_of(octets);
    while (text.ends_with('='))
        text.pop_back();
    for (char& c : text)
        c = c == '+' ? '-' : (c == '/' ? '_' : c);
    return text;
}

/// A key pair of the issuer.
class Signer {
  public:
    explicit Signer(TokenAlgorithm algorithm)
        : algorithm_(algorithm),
          key_(algorithm == TokenAlgorithm::rs256 ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256"),
               EVP_PKEY_free) {}
    std::string pem() const {
        const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), BIO_free);
        PEM_write_bio_PUBKEY(out.get(), key_.get());
        char* text = nullptr;
        const long size = BIO_get_mem_data(out.get(), &text);
        return {text, static_cast<std::size_t>(size)};
    }
    std::string sign(const std::string& text) const {
        const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                              EVP_MD_CTX_free);
        std::string out(512, '\0');
        std::size_t size = out.size();
        EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get());
        EXPECT_EQ(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size,
                                 reinterpret_cast<const unsigned char*>(text.data()), text.size()),
                  1);
        out.resize(size);
        return algorithm_ == TokenAlgorithm::rs256 ? out : side_by_side(out);
    }

  private:
    static std::string side_by_side(const std::string& der) {
        const auto* at = reinterpret_cast<const unsigned char*>(der.data());
        const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> pair(
            d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())), ECDSA_SIG_free);
        std::string out(64, '\0');
        auto* octets = reinterpret_cast<unsigned char*>(out.data());
        BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), octets, 32);
        BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), octets + 32, 32);
        return out;
    }
    const TokenAlgorithm algorithm_;
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
};

std::string unsigned_token(const std::string& header, const std::string& claims) {
    return base64url(header) + "." + base64url(claims);
}

std::string hs256(const std::string& header, const std::string& claims) {
    const std::string text = unsigned_token(header, claims);
    return text + "." + base64url(hmac_sha256(kSecret, text));
}

TokenRules rules() {
    return {.keys = {{.id = "", .algorithm = TokenAlgorithm::hs256, .material = kSecret}},
            .issuer = "https://login.example",
            .audience = "mail",
            .scope = "imap",
            .user_claim = "email"};
}

std::string told(const TokenRules& with, std::string_view token) {
    const auto verifier = TokenVerifier::make(with);
    if (!verifier) return verifier.error().what;
    const auto user = (*verifier)->verify(token, kNow);
    return user ? *user : user.error().what;
}

const std::string kHeader = R"({"alg":"HS256","typ":"JWT"})";
const std::string kClaims =
    R"({"iss":"https://login.example","aud":"mail","exp":1800000300,"scope":"a imap b","email":"kim"})";

// RFC 7515 appendix A.1: a token that is signed well, of another issuer, that has expired.
TEST(Token, OfTheRfc) {
    TokenRules with = rules();
    with.keys[0].material =
        "\x03\x23\x35\x4b\x2b\x0f\xa5\xbc\x83\x7e\x06\x65\x77\x7b\xa6\x8f\x5a\xb3\x28\xe6\xf0\x54"
        "\xc9\x28\xa9\x0f\x84\xb2\xd2\x50\x2e\xbf\xd3\xfb\x5a\x92\xd2\x06\x47\xef\x96\x8a\xb4\xc3"
        "\x77\x62\x3d\x22\x3d\x2e\x21\x72\x05\x2e\x4f\x08\xc0\xcd\x9a\xf5\x67\xd0\x80\xa3";
    const std::string token =
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQog"
        "Imh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_"
        "wW1gFWFOEjXk";
    EXPECT_EQ(told(with, token), "token: it has expired");
    const auto verifier = *TokenVerifier::make(with);
    EXPECT_EQ(verifier->verify(token, 1'300'819'000).error().what, "token: another issuer");
}

TEST(Token, SaysEverythingThatIsAskedFor) {
    struct Case {
        const char* why;
        std::string claims;
        const char* want;
    };
    const auto with = [](const std::string& from, const std::string& to) {
        std::string claims = kClaims;
        return claims.replace(claims.find(from), from.size(), to);
    };
    const Case cases[] = {
        {"all of it", kClaims, "kim"},
        {"several audiences", with(R"("mail")", R"(["web","mail"])"), "kim"},
        {"scopes as a list", with(R"("scope":"a imap b")", R"("scp":["imap"])"), "kim"},
        {"just expired, clocks differ", with("1800000300", "1799999950"), "kim"},
        {"expired", with("1800000300", "1799999940"), "token: it has expired"},
        {"no end", with("exp", "xxx"), "token: no exp"},
        {"an end that is no number", with("1800000300", R"("never")"), "token: no exp"},
        {"begins soon, clocks differ", with(R"("exp")", R"("nbf":1800000060,"exp")"), "kim"},
        {"begins later", with(R"("exp")", R"("nbf":1800000061,"exp")"), "token: not valid yet"},
        {"another issuer", with("login", "logim"), "token: another issuer"},
        {"no issuer", with("iss", "isz"), "token: another issuer"},
        {"another audience", with(R"("mail")", R"("mai")"), "token: for another audience"},
        {"no scope", with("scope", "scone"), "token: without the scope"},
        {"a part of a scope", with("imap b", "imapb"), "token: without the scope"},
        {"nobody", with("email", "mail"), "token: it names nobody"},
        {"a number for a name", with(R"("kim")", "7"), "token: it names nobody"},
        {"no object", "[]", "token: no claims"},
        {"no JSON", "{", "token: no claims"},
        {"nested without end", std::string(10'000, '['), "token: no claims"},
    };
    for (const Case& c : cases)
        EXPECT_EQ(told(rules(), hs256(kHeader, c.claims)), c.want) << c.why;
}

TEST(Token, IsSignedAsTheKeySays) {
    const char* const kUnsigned = "token: not signed by a key that is known here";
    const Signer rsa(TokenAlgorithm::rs256);
    const Signer ec(TokenAlgorithm::es256);
    TokenRules with = rules();
    with.keys = {{.id = "r", .algorithm = TokenAlgorithm::rs256, .material = rsa.pem()},
                 {.id = "e", .algorithm = TokenAlgorithm::es256, .material = ec.pem()}};
    const std::string by_rsa = unsigned_token(R"({"alg":"RS256","kid":"r"})", kClaims);
    const std::string by_ec = unsigned_token(R"({"alg":"ES256","kid":"e"})", kClaims);
    EXPECT_EQ(told(with, by_rsa + "." + base64url(rsa.sign(by_rsa))), "kim");
    EXPECT_EQ(told(with, by_ec + "." + base64url(ec.sign(by_ec))), "kim");
    const auto refused = [&](const std::string& text, const std::string& signature) {
        EXPECT_EQ(told(with, text + "." + base64url(signature)), kUnsigned) << text;
    };
    refused(by_rsa, ec.sign(by_rsa));
    refused(by_ec, std::string(64, '\0'));
    refused(by_ec, "");
    const std::string none = unsigned_token(R"({"alg":"none"})", kClaims);
    refused(none, "");
    const std::string public_as_secret = unsigned_token(R"({"alg":"HS256","kid":"r"})", kClaims);
    refused(public_as_secret, hmac_sha256(rsa.pem(), public_as_secret));
    const std::string other_id = unsigned_token(R"({"alg":"RS256","kid":"e"})", kClaims);
    refused(other_id, rsa.sign(other_id));
    const std::string no_id = unsigned_token(R"({"alg":"RS256"})", kClaims);
    refused(no_id, rsa.sign(no_id));
    with.keys[0].id.clear();
    EXPECT_EQ(told(with, no_id + "." + base64url(rsa.sign(no_id))), "kim");
    EXPECT_EQ(told(rules(), hs256(R"({"alg":"HS256","crit":["x"]})", kClaims)),
              "token: it has extensions");
}

TEST(Token, WhatIsNoneIsRefused) {
    const std::string good = hs256(kHeader, kClaims);
    for (const std::string& token :
         {std::string(), std::string("a"), std::string("a.b"), std::string(".."),
          good.substr(0, good.rfind('.')), good + "=", good + ".x", " " + good,
          std::string(kTokenBytesMax + 1, 'a')}) {
        EXPECT_TRUE(told(rules(), token).starts_with("token: ")) << token;
    }
    std::string changed = good;
    changed[changed.find('.') + 5] ^= 1;
    EXPECT_TRUE(told(rules(), changed).starts_with("token: "));
}

TEST(Token, KeysThatAreNoneAreRefused) {
    TokenRules with = rules();
    with.keys[0].material = "short";
    EXPECT_EQ(told(with, "x"), "a secret for HS256 has 32 octets or more");
    for (const TokenAlgorithm algorithm : {TokenAlgorithm::rs256, TokenAlgorithm::es256}) {
        with.keys = {{.id = "", .algorithm = algorithm, .material = "no PEM"}};
        EXPECT_TRUE(told(with, "x").starts_with("not a public key"));
        const Signer other(algorithm == TokenAlgorithm::rs256 ? TokenAlgorithm::es256
                                                              : TokenAlgorithm::rs256);
        with.keys[0].material = other.pem();
        EXPECT_TRUE(told(with, "x").starts_with("not a public key"));
    }
}

TEST(Bearer, Messages) {
    struct Case {
        const char* why;
        std::string message;
        const char* want;
    };
    const std::string s(1, '\x01');
    const Case cases[] = {
        {"of the RFC",
         "n,a=user@example.com," + s + "host=h" + s + "port=143" + s + "auth=Bearer vF9d==" + s + s,
         "user@example.com|vF9d=="},
        {"for oneself", "n,," + s + "auth=bearer x" + s + s, "|x"},
        {"a client that could bind", "y,," + s + "auth=Bearer x" + s + s, "|x"},
        {"a comma in a name", "n,a=a=2Cb=3Dc," + s + "auth=Bearer x" + s + s, "a,b=c|x"},
        {"unknown keys", "n,," + s + "foo=bar" + s + "auth=Bearer x" + s + "z=" + s + s, "|x"},
        {"binding", "p=tls-exporter,," + s + "auth=Bearer x" + s + s, "invalid"},
        {"another scheme", "n,," + s + "auth=MAC x" + s + s, "invalid"},
        {"no auth", "n,," + s + "host=h" + s + s, "invalid"},
        {"an empty token", "n,," + s + "auth=Bearer " + s + s, "invalid"},
        {"no end", "n,," + s + "auth=Bearer x" + s, "invalid"},
        {"only the end", s, "invalid"},
        {"no keys", "n,," + s + s, "invalid"},
        {"an escape that is none", "n,a=a=2cb," + s + "auth=Bearer x" + s + s, "invalid"},
        {"a key without a value", "n,," + s + "auth" + s + s, "invalid"},
        {"other octets", "n,," + s + "auth=Bearer \xFF" + s + s, "invalid"},
        {"nothing", "", "invalid"},
    };
    for (const Case& c : cases) {
        const auto parsed = parse_bearer(c.message);
        EXPECT_EQ(parsed ? parsed->authzid + "|" + parsed->token
                         : std::string(to_string(parsed.error().code)),
                  c.want)
            << c.why;
    }
    EXPECT_EQ(bearer_refusal("imap"),
              R"({"schemes":"bearer","scope":"imap","status":"invalid_token"})");
    EXPECT_EQ(bearer_refusal(""), R"({"schemes":"bearer","status":"invalid_token"})");
}

}  // namespace
}  // namespace loam::imap
