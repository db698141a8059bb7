#include "imapd/syntax/quota.h"

#include <gtest/gtest.h>

#include "tests/imapd/syntax/parse.h"

namespace loam::imap {
namespace {

TEST(Quota, GetQuota) {
    constexpr Case kCases[] = {
        {"a root", " \"user.kim\"", "user.kim"},
        {"a bare one", " user.kim", "user.kim"},
        {"the empty root is a root", " \"\"", ""},
        {"it is no mailbox, so nothing is decoded", " R&D", "R&D"},
        {"nothing", "", "[invalid]"},
        {"two", " a b", "[invalid]"},
    };
    const auto show = [](const GetQuotaArgs& args) { return args.root; };
    for (const Case& c : kCases)
        EXPECT_EQ(parsed(c.arguments, kR1, parse_getquota, show), c.want) << c.why;
}

TEST(Quota, GetQuotaRoot) {
    const auto show = [](const GetQuotaRootArgs& args) { return args.mailbox.name; };
    EXPECT_EQ(parsed(" inbox", kR1, parse_getquotaroot, show), "INBOX");
    EXPECT_EQ(parsed(" \"Not/Yet/There\"", kR1, parse_getquotaroot, show), "Not/Yet/There");
    EXPECT_EQ(parsed(" &APw-", kR1, parse_getquotaroot, show), "\u00FC");
    EXPECT_EQ(parsed(" \"\"", kR1, parse_getquotaroot, show), "[unsupported]");
    EXPECT_EQ(parsed("", kR1, parse_getquotaroot, show), "[invalid]");
}

TEST(Quota, SetQuota) {
    constexpr Case kCases[] = {
        {"one limit", " \"user.kim\" (STORAGE 500)", "user.kim STORAGE=500"},
        {"several, in any case", " a (storage 1 Message 2)", "a STORAGE=1 MESSAGE=2"},
        {"no limits any more", " a ()", "a"},
        {"zero is a limit", " a (STORAGE 0)", "a STORAGE=0"},
        {"63 bits", " a (STORAGE 9223372036854775807)", "a STORAGE=9223372036854775807"},
        {"more than that", " a (STORAGE 9223372036854775808)", "[invalid]"},
        {"the same resource twice", " a (STORAGE 1 storage 2)", "[invalid]"},
        {"a resource without a limit", " a (STORAGE)", "[invalid]"},
        {"a negative limit", " a (STORAGE -1)", "[invalid]"},
        {"no list", " a", "[invalid]"},
        {"not closed", " a (STORAGE 1", "[invalid]"},
    };
    const auto show = [](const SetQuotaArgs& args) {
        std::string out = args.root;
        for (const auto& limit : args.limits)
            out += " " + limit.resource + "=" + std::to_string(limit.limit);
        return out;
    };
    for (const Case& c : kCases)
        EXPECT_EQ(parsed(c.arguments, kR1, parse_setquota, show), c.want) << c.why;
    std::string many = " a (";
    for (std::size_t i = 0; i < kQuotaResourcesMax; ++i)
        many += "R" + std::to_string(i) + " 1 ";
    EXPECT_EQ(parsed(many + "X 1)", kR1, parse_setquota, show), "[limit]");
}

}  // namespace
}  // namespace loam::imap
