#include "engine/io/address.h"

#include <string>

#include <gtest/gtest.h>

namespace loam::io {
namespace {

struct Case {
    const char* why;
    std::string text;
    const char* want;  ///< printed form and whether it is loopback, or "refused"
};
const Case kCases[] = {
    {"IPv4", "192.0.2.1:143", "192.0.2.1:143 remote"},
    {"all of 127/8 is loopback", "127.9.9.9:1", "127.9.9.9:1 loopback"},
    {"port 0 lets the kernel choose", "127.0.0.1:0", "127.0.0.1:0 loopback"},
    {"the highest port", "0.0.0.0:65535", "0.0.0.0:65535 remote"},
    {"IPv6", "[2001:db8::1]:993", "[2001:db8::1]:993 remote"},
    {"IPv6 loopback", "[::1]:993", "[::1]:993 loopback"},
    {"IPv6 any", "[::]:993", "[::]:993 remote"},
    {"IPv4 loopback inside IPv6", "[::ffff:127.0.0.1]:9", "[::ffff:127.0.0.1]:9 loopback"},
    {"IPv4 inside IPv6", "[::ffff:192.0.2.1]:9", "[::ffff:192.0.2.1]:9 remote"},
    {"a unix path", "unix:/run/loam.sock", "unix:/run/loam.sock loopback"},
    {"nothing", "", "refused"},
    {"no port", "127.0.0.1", "refused"},
    {"an empty port", "127.0.0.1:", "refused"},
    {"a port of 17 bits", "127.0.0.1:65536", "refused"},
    {"a negative port", "127.0.0.1:-1", "refused"},
    {"a named port", "127.0.0.1:imap", "refused"},
    {"no host", ":143", "refused"},
    {"a name is not looked up", "localhost:143", "refused"},
    {"IPv6 without brackets", "::1:143", "refused"},
    {"an open bracket", "[::1:143", "refused"},
    {"only a bracket", "[:143", "refused"},
    {"IPv4 in brackets", "[127.0.0.1]:143", "refused"},
    {"a relative path", "unix:loam.sock", "refused"},
    {"no path", "unix:", "refused"},
    {"a path longer than sun_path", "unix:/" + std::string(107, 'x'), "refused"},
    {"NUL in a path", std::string("unix:/a\0b", 9), "refused"},
};

TEST(Address, ParsesAndPrints) {
    for (const Case& c : kCases) {
        const auto address = parse_address(c.text);
        const std::string got =
            address ? to_string(*address) + (is_loopback(*address) ? " loopback" : " remote")
                    : "refused";
        EXPECT_EQ(got, c.want) << c.why;
        if (!address) EXPECT_EQ(address.error().code, Errc::invalid) << c.why;
    }
}

}  // namespace
}  // namespace loam::io
