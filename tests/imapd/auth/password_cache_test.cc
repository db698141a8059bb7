// Passwords that are remembered for a while.
#include "imapd/auth/password_cache.h"

#include <gtest/gtest.h>

namespace loam::imap {
namespace {

constexpr io::Monotonic kStart{std::chrono::hours(1)};

TEST(PasswordCache, KnowsWhatVerified) {
    PasswordCache cache;
    EXPECT_FALSE(cache.knows("kim", "secret", "sesame", kStart));
    cache.remember("kim", "secret", "sesame", kStart);
    EXPECT_TRUE(cache.knows("kim", "secret", "sesame", kStart));
    EXPECT_FALSE(cache.knows("kim", "secret", "sesam", kStart)) << "another password";
    EXPECT_FALSE(cache.knows("kim", "other", "sesame", kStart)) << "the credential changed";
    EXPECT_FALSE(cache.knows("lee", "secret", "sesame", kStart)) << "another user";
    EXPECT_FALSE(cache.knows("kim", "secrets", "esame", kStart)) << "the parts do not run together";
}

TEST(PasswordCache, ForgetsInTenMinutesWhoeverAsks) {
    PasswordCache cache;
    cache.remember("kim", "secret", "sesame", kStart);
    const io::Monotonic end = kStart + std::chrono::minutes(10);
    EXPECT_TRUE(cache.knows("kim", "secret", "sesame", end - std::chrono::nanoseconds(1)));
    EXPECT_FALSE(cache.knows("kim", "secret", "sesame", end));
}

TEST(PasswordCache, TheLastOneCounts) {
    PasswordCache cache;
    cache.remember("kim", "secret", "sesame", kStart);
    cache.remember("kim", "other", "open", kStart);
    EXPECT_FALSE(cache.knows("kim", "secret", "sesame", kStart));
    EXPECT_TRUE(cache.knows("kim", "other", "open", kStart));
}

TEST(PasswordCache, HasABound) {
    PasswordCache cache;
    const std::size_t many = PasswordCache::kUsersMax + 100;
    for (std::size_t i = 0; i < many; ++i)
        cache.remember("user" + std::to_string(i), "secret", "sesame", kStart);
    std::size_t known = 0;
    for (std::size_t i = 0; i < many; ++i)
        known += cache.knows("user" + std::to_string(i), "secret", "sesame", kStart) ? 1U : 0U;
    EXPECT_EQ(known, PasswordCache::kUsersMax);
}

}  // namespace
}  // namespace loam::imap
