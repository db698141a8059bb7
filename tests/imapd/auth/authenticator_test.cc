// Who is let in: passwords against the store, and SASL PLAIN (RFC 4616).
#include "imapd/auth/authenticator.h"

#include <gtest/gtest.h>

#include "imapd/auth/scram_secret.h"
#include "tests/imapd/auth/user_store.h"

namespace loam::imap {
namespace {

std::string told(const Error& error) {
    return std::string(to_string(error.code)) + ": " + error.what;
}

class AuthenticatorTest : public ::testing::Test {
  protected:
    AuthenticatorTest() {
        users_.add("kim", *make_secret("sesame"));
        users_.add("locked", "");
        users_.add("damaged", "SCRAM-SHA-256$4096:AAAA");
    }
    /// The user's name, or the error.
    std::string verify(const std::string& user, const std::string& password) {
        const auto found =
            users_.run(authenticator_.verify_password(users_.loop(), user, password));
        return found ? found->credentials.name : told(found.error());
    }
    /// How much it costs to find out.
    int steps_of(const std::string& user, const std::string& password) {
        const int before = users_.worked_out();
        verify(user, password);
        return users_.worked_out() - before;
    }
    std::unique_ptr<Authenticator::Exchange> begin_plain() {
        return *authenticator_.begin(
            "PLAIN",
            {.allowed = true, .password_allowed = true, .binding = {}, .certificate_user = {}});
    }
    std::string plain(const std::string& response) {
        const auto exchange = begin_plain();
        const auto step = users_.run(exchange->step(users_.loop(), response));
        if (!step) return std::string(to_string(step.error().code));
        return step->user ? step->user->credentials.name : "challenge: " + step->challenge;
    }

    UserStore users_;
    Authenticator authenticator_{users_.store()};
};

constexpr const char* kWrong = "auth_failed: wrong user name or password";

TEST_F(AuthenticatorTest, OnlyTheRightPasswordLetsIn) {
    struct Case {
        const char* why;
        std::string user;
        std::string password;
        std::string want;
    };
    const Case cases[] = {
        {"right", "kim", "sesame", "kim"},
        {"right again", "kim", "sesame", "kim"},
        {"wrong", "kim", "open", kWrong},
        {"nothing", "kim", "", kWrong},
        {"a part of it", "kim", "sesam", kWrong},
        {"NUL behind it", "kim", std::string("sesame\0", 7), kWrong},
        {"no UTF-8", "kim", "\xFF", kWrong},
        {"nobody", "lee", "sesame", kWrong},
        {"no name", "", "sesame", kWrong},
        {"names have a case", "KIM", "sesame", kWrong},
        {"NUL in the name", std::string("kim\0", 4), "sesame", kWrong},
        {"no secret, no login", "locked", "", kWrong},
        {"a damaged secret lets nobody in", "damaged", "sesame", kWrong},
        {"a name longer than names are", std::string(256, 'k'), "sesame", kWrong},
        {"a password longer than passwords are", "kim", std::string(1025, 's'), kWrong},
    };
    for (const Case& c : cases)
        EXPECT_EQ(verify(c.user, c.password), c.want) << c.why;
}

TEST_F(AuthenticatorTest, UnknownUsersCostWhatKnownOnesDo) {
    const int known = steps_of("kim", "sesame");
    EXPECT_GE(known, 1);
    EXPECT_EQ(steps_of("kim", "wrong"), known);
    EXPECT_EQ(steps_of("lee", "sesame"), known);
    EXPECT_EQ(steps_of("locked", "sesame"), known);
    EXPECT_EQ(steps_of("damaged", "sesame"), known);
    // One step is one PBKDF2 with as many rounds: new secrets and the one for nobody have the same.
    EXPECT_EQ(parse_secret(*make_secret("x"))->iterations, kScramIterations);
}

TEST_F(AuthenticatorTest, WhatVerifiedIsNotWorkedOutAgain) {
    const int first = steps_of("kim", "sesame");
    EXPECT_LT(steps_of("kim", "sesame"), first);
    EXPECT_EQ(steps_of("kim", "wrong"), first);
    EXPECT_EQ(steps_of("lee", "sesame"), first);
    EXPECT_EQ(steps_of("lee", "sesame"), first);
}

TEST_F(AuthenticatorTest, AChangedPasswordIsKnownAtOnce) {
    EXPECT_EQ(verify("kim", "sesame"), "kim");
    ASSERT_TRUE(users_.run(users_.store().set_secret(users_.loop(), "kim", *make_secret("other"))));
    EXPECT_EQ(verify("kim", "sesame"), kWrong);
    EXPECT_EQ(verify("kim", "other"), "kim");
    ASSERT_TRUE(users_.run(users_.store().delete_user(users_.loop(), "kim")));
    EXPECT_EQ(verify("kim", "other"), kWrong);
}

TEST_F(AuthenticatorTest, PlainNamesUserAndPassword) {
    struct Case {
        const char* why;
        std::string response;
        std::string want;
    };
    const std::string nul(1, '\0');
    const Case cases[] = {
        {"authcid and password", nul + "kim" + nul + "sesame", "kim"},
        {"for oneself", "kim" + nul + "kim" + nul + "sesame", "kim"},
        {"for another", "lee" + nul + "kim" + nul + "sesame", "auth_failed"},
        {"wrong password", nul + "kim" + nul + "x", "auth_failed"},
        {"nobody", nul + "lee" + nul + "sesame", "auth_failed"},
        {"no password", nul + "kim", "invalid"},
        {"no NUL at all", "kim", "invalid"},
        {"an empty password", nul + "kim" + nul, "auth_failed"},
        {"NUL behind the password", nul + "kim" + nul + "sesame" + nul, "invalid"},
        {"a fourth part", nul + "kim" + nul + "sesame" + nul + "x", "invalid"},
        {"no initial response: go on", "", "challenge: "},
        {"very long", nul + std::string(100'000, 'k') + nul + "sesame", "auth_failed"},
    };
    for (const Case& c : cases)
        EXPECT_EQ(plain(c.response), c.want) << c.why;
}

TEST_F(AuthenticatorTest, PlainWithoutInitialResponseTakesTwoSteps) {
    const auto exchange = begin_plain();
    const auto first = users_.run(exchange->step(users_.loop(), ""));
    ASSERT_TRUE(first && !first->user);
    const auto second = users_.run(exchange->step(users_.loop(), std::string("\0kim\0sesame", 11)));
    ASSERT_TRUE(second) << second.error().what;
    EXPECT_EQ(second->user->credentials.name, "kim");
}

TEST_F(AuthenticatorTest, OtherMechanismsAreRefused) {
    const AuthChannel everything{
        .allowed = true, .password_allowed = true, .binding = "x", .certificate_user = "kim"};
    for (const char* name :
         {"", "plain", "LOGIN", "ANONYMOUS", "CRAM-MD5", "SCRAM-SHA-1", "DIGEST-MD5", "PLAIN "}) {
        const auto exchange = authenticator_.begin(name, everything);
        ASSERT_FALSE(exchange) << name;
        EXPECT_EQ(exchange.error().code, Errc::unsupported) << name;
    }
}

}  // namespace
}  // namespace loam::imap
