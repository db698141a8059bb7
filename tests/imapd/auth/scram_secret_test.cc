// Stored secrets: RFC 5802 section 3, RFC 5803, RFC 7677.
#include "imapd/auth/scram_secret.h"

#include <gtest/gtest.h>

#include "imapd/auth/authenticator.h"

namespace loam::imap {
namespace {

/// The user of RFC 7677 section 3, whose password is "pencil".
constexpr std::string_view kPencil =
    "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$"
    "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
    "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=";

TEST(ScramSecret, IsWhatTheRfcSays) {
    const auto secret = parse_secret(kPencil);
    ASSERT_TRUE(secret) << secret.error().what;
    EXPECT_EQ(secret->iterations, 4096U);
    EXPECT_EQ(secret->salt.size(), 16U);
    EXPECT_EQ(print_secret(*secret), kPencil);
    const auto derived = derive_secret("pencil", secret->salt, 4096);
    ASSERT_TRUE(derived);
    EXPECT_EQ(print_secret(*derived), kPencil);
}

TEST(ScramSecret, OnlyItsPasswordMatches) {
    const auto secret = *parse_secret(kPencil);
    EXPECT_TRUE(secret_matches(secret, "pencil"));
    EXPECT_TRUE(secret_matches(secret,
                               "pen\xC2\xAD"
                               "cil"));  // SASLprep drops a soft hyphen
    for (const std::string_view other : {"Pencil", "pencil ", "penci", "", "\xFF"})
        EXPECT_FALSE(secret_matches(secret, other)) << other;
    EXPECT_FALSE(secret_matches(secret, std::string_view("pencil\0", 7)));
}

struct Refusal {
    const char* why;
    std::string text;
};

TEST(ScramSecret, WhatIsDamagedIsRefused) {
    const std::string key = "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=";
    const std::string keys = "$" + key + ":" + key;
    const Refusal refusals[] = {
        {"nothing", ""},
        {"another scheme", "SCRAM-SHA-1$4096:AAAA" + keys},
        {"a plain password", "secret"},
        {"no iterations", "SCRAM-SHA-256$:AAAA" + keys},
        {"no rounds", "SCRAM-SHA-256$0:AAAA" + keys},
        {"rounds that would burn seconds", "SCRAM-SHA-256$1000001:AAAA" + keys},
        {"more than 32 bits of them", "SCRAM-SHA-256$99999999999:AAAA" + keys},
        {"a sign", "SCRAM-SHA-256$-1:AAAA" + keys},
        {"letters behind the number", "SCRAM-SHA-256$4096x:AAAA" + keys},
        {"no salt", "SCRAM-SHA-256$4096:" + keys},
        {"salt that is no base64", "SCRAM-SHA-256$4096:AA*A" + keys},
        {"salt cut short", "SCRAM-SHA-256$4096:AAA" + keys},
        {"one key", "SCRAM-SHA-256$4096:AAAA$" + key},
        {"a short key", "SCRAM-SHA-256$4096:AAAA$" + key + ":AAAA"},
        {"cut short", std::string(kPencil.substr(0, kPencil.size() - 1))},
        {"a salt beyond reason", "SCRAM-SHA-256$4096:" + std::string(2000, 'A') + keys},
    };
    for (const Refusal& refusal : refusals) {
        const auto parsed = parse_secret(refusal.text);
        ASSERT_FALSE(parsed) << refusal.why;
        EXPECT_EQ(parsed.error().code, Errc::corrupt) << refusal.why;
    }
}

TEST(ScramSecret, NewOnesDifferAndMatch) {
    const auto one = make_secret("sesame");
    const auto other = make_secret("sesame");
    ASSERT_TRUE(one && other);
    EXPECT_NE(*one, *other);
    EXPECT_TRUE(secret_matches(*parse_secret(*one), "sesame"));
    EXPECT_FALSE(secret_matches(*parse_secret(*one), "sesam"));
}

TEST(ScramSecret, PasswordsThatCannotBeAreRefused) {
    const Refusal refusals[] = {
        {"nothing", ""},
        {"only what SASLprep drops", "\xC2\xAD"},
        {"a control character", "a\x07z"},
        {"NUL", std::string("a\0z", 3)},
        {"no UTF-8", "\xC3("},
        {"too long", std::string(1025, 'x')},
    };
    for (const Refusal& refusal : refusals) {
        const auto made = make_secret(refusal.text);
        ASSERT_FALSE(made) << refusal.why;
        EXPECT_EQ(made.error().code, Errc::invalid) << refusal.why;
    }
    EXPECT_TRUE(make_secret(std::string(1024, 'x')));
}

}  // namespace
}  // namespace loam::imap
