#include "imapd/auth/sasl_base64.h"

#include <gtest/gtest.h>

#include "imapd/auth/crypto.h"

namespace loam::imap {
namespace {

struct Case {
    const char* why;
    std::string_view text;
    const char* want;
};
// RFC 4648 sections 4 and 10.
constexpr Case kCases[] = {
    {"empty", "", ""},
    {"one octet", "Zg==", "f"},
    {"two octets", "Zm8=", "fo"},
    {"three octets", "Zm9v", "foo"},
    {"four octets", "Zm9vYg==", "foob"},
    {"padding is not optional", "Zg", "refused"},
    {"nor a matter of taste", "Zg=", "refused"},
    {"three pads", "Z===", "refused"},
    {"pads within", "Zg==Zg==", "refused"},
    {"left-over bits hide octets", "Zh==", "refused"},
    {"white space is no digit", "Zm9v\r\n==", "refused"},
    {"nor is the alphabet of URLs", "Zm_v", "refused"},
};

TEST(SaslBase64, DecodesAndRefuses) {
    for (const Case& c : kCases) {
        const auto octets = sasl_decode(c.text);
        EXPECT_EQ(octets ? *octets : "refused", c.want) << c.why;
        if (octets) EXPECT_EQ(base64_of(*octets), c.text) << c.why;
    }
}

TEST(SaslBase64, KeepsEveryOctet) {
    std::string all;
    for (int i = 0; i < 256; ++i) {
        all += static_cast<char>(i);
        EXPECT_EQ(*sasl_decode(base64_of(all)), all);
    }
}

}  // namespace
}  // namespace loam::imap
