// Failed logins, counted and slowed down, and whom they are counted for.
#include "imapd/auth/login_guard.h"

#include <gtest/gtest.h>

#include "imapd/auth/peer_address.h"

namespace loam::imap {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr io::Monotonic kStart{std::chrono::hours(1)};

LoginLimits limits() {
    return {.address_failures = 4,
            .address_window = seconds(40),
            .account_failures = 2,
            .account_delay = milliseconds(100),
            .account_delay_max = milliseconds(500)};
}

TEST(LoginGuard, RefusesAnAddressThatFailsTooOften) {
    LoginGuard guard(limits());
    const LoginGuard::Attempt attempt{.address = "192.0.2.1", .user = "kim"};
    for (int i = 0; i < 4; ++i) {
        EXPECT_FALSE(guard.ask(attempt, kStart).refused) << i;
        guard.failed(attempt, kStart);
    }
    EXPECT_TRUE(guard.ask(attempt, kStart).refused);
    EXPECT_TRUE(guard.ask({.address = "192.0.2.1", .user = "lee"}, kStart).refused);
    EXPECT_TRUE(guard.ask({.address = "192.0.2.1", .user = ""}, kStart).refused);
    EXPECT_FALSE(guard.ask({.address = "192.0.2.2", .user = "lee"}, kStart).refused);
    EXPECT_TRUE(guard.ask(attempt, kStart + seconds(9)).refused);
    EXPECT_FALSE(guard.ask(attempt, kStart + seconds(11)).refused) << "one in ten seconds";
    guard.failed(attempt, kStart + seconds(11));
    EXPECT_TRUE(guard.ask(attempt, kStart + seconds(11)).refused);
    EXPECT_FALSE(guard.ask(attempt, kStart + seconds(60)).refused);
    EXPECT_EQ(guard.counters().failed, 5U);
    EXPECT_EQ(guard.counters().refused, 5U);
}

TEST(LoginGuard, SlowsDownAnAccountButNotItsOwner) {
    LoginGuard guard(limits());
    const LoginGuard::Attempt owner{.address = "198.51.100.7", .user = "kim"};
    guard.succeeded(owner);
    for (int i = 1; i <= 50; ++i) {
        const LoginGuard::Attempt other{.address = "192.0.2." + std::to_string(i), .user = "kim"};
        const auto advice = guard.ask(other, kStart);
        EXPECT_FALSE(advice.refused);
        const int above = std::min(i - 2, 5);
        EXPECT_EQ(advice.delay, milliseconds(100) * std::max(above, 0)) << i;
        guard.failed(other, kStart);
    }
    const LoginGuard::Attempt elsewhere{.address = "203.0.113.9", .user = "kim"};
    EXPECT_EQ(guard.ask(elsewhere, kStart).delay, milliseconds(500));
    EXPECT_FALSE(guard.ask(elsewhere, kStart).refused) << "never closed";
    EXPECT_EQ(guard.ask(owner, kStart).delay.count(), 0);
    EXPECT_EQ(guard.ask({.address = "203.0.113.9", .user = "lee"}, kStart).delay.count(), 0);
}

TEST(LoginGuard, DoesNotCountThisMachineByAddress) {
    for (const bool count : {false, true}) {
        LoginLimits with = limits();
        with.count_loopback = count;
        LoginGuard guard(with);
        for (const char* address : {"127.0.0.1", "::1", "127.9.9.9"}) {
            for (int i = 0; i < 10; ++i)
                guard.failed({.address = address, .user = "a" + std::to_string(i)}, kStart);
            EXPECT_EQ(guard.ask({.address = address, .user = "kim"}, kStart).refused, count);
        }
        for (int i = 0; i < 10; ++i)
            guard.failed({.address = "unix", .user = ""}, kStart);
        EXPECT_FALSE(guard.ask({.address = "unix", .user = "kim"}, kStart).refused);
    }
}

TEST(LoginGuard, NoLimitIsNoLimit) {
    LoginGuard guard({.address_failures = 0, .account_failures = 0});
    const LoginGuard::Attempt attempt{.address = "192.0.2.1", .user = "kim"};
    for (int i = 0; i < 1000; ++i)
        guard.failed(attempt, kStart);
    EXPECT_FALSE(guard.ask(attempt, kStart).refused);
    EXPECT_EQ(guard.ask(attempt, kStart).delay.count(), 0);
}

TEST(LoginGuard, KeepsItsTablesSmall) {
    LoginGuard guard(limits());
    const std::size_t many = LoginGuard::kEntriesMax + 10;
    for (std::size_t i = 0; i < many; ++i)
        guard.failed({.address = "a" + std::to_string(i), .user = "u" + std::to_string(i)}, kStart);
    EXPECT_EQ(guard.entries(), 2 * LoginGuard::kEntriesMax);
    const io::Monotonic later = kStart + seconds(100);
    guard.failed({.address = "192.0.2.1", .user = "kim"}, later);
    EXPECT_EQ(guard.entries(), 2U) << "what was forgotten takes no room";
}

TEST(PeerAddress, IsWhomToCountFor) {
    struct Case {
        const char* peer;
        const char* address;
        const char* network;
    };
    const Case cases[] = {
        {"192.0.2.1:49152", "192.0.2.1", "192.0.2.1"},
        {"[2001:db8:1:2:3:4:5:6]:993", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
        {"[2001:db8:1:2::1]:993", "2001:db8:1:2::1", "2001:db8:1:2::/64"},
        {"[::ffff:192.0.2.1]:993", "::ffff:192.0.2.1", "192.0.2.1"},
        {"[::1]:143", "::1", "::/64"},
        {"unix", "unix", "unix"},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(address_of(c.peer), c.address);
        EXPECT_EQ(network_of(c.address), c.network);
    }
}

}  // namespace
}  // namespace loam::imap
