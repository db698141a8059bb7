#include "imapd/syntax/login.h"

#include <gtest/gtest.h>

#include "imapd/syntax/authenticate.h"
#include "imapd/syntax/compress.h"
#include "imapd/syntax/enable.h"
#include "imapd/syntax/id.h"
#include "tests/imapd/syntax/parse.h"

namespace loam::imap {
namespace {

TEST(Login, Arguments) {
    constexpr Case kCases[] = {
        {"bare", " kim secret", "kim|secret"},
        {"quoted", " \"kim\" \"a b\\\"\"", "kim|a b\""},
        {"literals", " {3}\r\nkim {4}\r\np(w)", "kim|p(w)"},
        {"an empty password is for the check of it", " kim \"\"", "kim|"},
        {"UTF-8", " kim \"p\u00E4ss\"", "kim|p\u00E4ss"},
        {"a literal password in other octets", " kim {2}\r\n\xE4\xF6", "kim|\xE4\xF6"},
        {"no password", " kim", "[invalid]"},
        {"three arguments", " kim a b", "[invalid]"},
        {"a bare password with a wildcard", " kim a*b", "[invalid]"},
        {"a bare backslash", " kim a\\b", "[invalid]"},
        {"no space first", "kim secret", "[invalid]"},
        {"nothing", "", "[invalid]"},
    };
    const auto show = [](const LoginArgs& args) { return args.user + "|" + args.password; };
    for (const Case& c : kCases)
        EXPECT_EQ(parsed(c.arguments, kR1, parse_login, show), c.want) << c.why;
}

TEST(Authenticate, Arguments) {
    constexpr Case kCases[] = {
        {"a mechanism", " PLAIN", "PLAIN none"},
        {"in any case", " scram-sha-256", "SCRAM-SHA-256 none"},
        {"with its initial response", " PLAIN AGtpbQBzZWNyZXQ=", "PLAIN AGtpbQBzZWNyZXQ="},
        {"an empty initial response", " EXTERNAL =", "EXTERNAL "},
        {"no mechanism", "", "[invalid]"},
        {"a space without a response", " PLAIN ", "[invalid]"},
        {"no base64", " PLAIN a*b", "[invalid]"},
        {"two responses", " PLAIN YQ== YQ==", "[invalid]"},
        {"a quoted response", " PLAIN \"YQ==\"", "[invalid]"},
        {"a literal response", " PLAIN {4}\r\nYQ==", "[invalid]"},
    };
    const auto show = [](const AuthenticateArgs& args) {
        return args.mechanism + " " + args.initial.value_or("none");
    };
    for (const Case& c : kCases)
        EXPECT_EQ(parsed(c.arguments, kR1, parse_authenticate, show), c.want) << c.why;
}

TEST(Compress, Arguments) {
    constexpr Case kCases[] = {
        {"the one algorithm", " DEFLATE", "deflate"}, {"in any case", " deflate", "deflate"},
        {"another one", " GZIP", "[invalid]"},        {"more", " DEFLATE 9", "[invalid]"},
        {"a string", " \"DEFLATE\"", "[invalid]"},    {"nothing", "", "[invalid]"},
    };
    const auto show = [](const CompressArgs&) { return std::string("deflate"); };
    for (const Case& c : kCases)
        EXPECT_EQ(parsed(c.arguments, kR1, parse_compress, show), c.want) << c.why;
}

TEST(Enable, Arguments) {
    constexpr Case kCases[] = {
        {"one", " IMAP4rev2", "IMAP4REV2,"},
        {"several, unknown ones too", " condstore X-FOO UTF8=ACCEPT",
         "CONDSTORE,X-FOO,UTF8=ACCEPT,"},
        {"none", "", "[invalid]"},
        {"only a space", " ", "[invalid]"},
        {"a space at the end", " CONDSTORE ", "[invalid]"},
        {"a string", " \"CONDSTORE\"", "[invalid]"},
    };
    const auto show = [](const EnableArgs& args) {
        std::string out;
        for (const std::string& name : args.capabilities)
            out += name + ",";
        return out;
    };
    for (const Case& c : kCases)
        EXPECT_EQ(parsed(c.arguments, kR1, parse_enable, show), c.want) << c.why;
    std::string many;
    for (std::size_t i = 0; i <= kEnableNamesMax; ++i)
        many += " A";
    EXPECT_EQ(parsed(many, kR1, parse_enable, show), "[limit]");
}

TEST(Id, Arguments) {
    constexpr Case kCases[] = {
        {"nothing to tell", " NIL", ""},
        {"an empty list", " ()", ""},
        {"fields", " (\"name\" \"x\" \"version\" NIL)", "name=x;version=none;"},
        {"literals", " ({4}\r\nname {1}\r\nx)", "name=x;"},
        {"a name without a value", " (\"name\")", "[invalid]"},
        {"a bare name", " (name \"x\")", "[invalid]"},
        {"NIL as a name", " (NIL \"x\")", "[invalid]"},
        {"not closed", " (\"name\" \"x\"", "[invalid]"},
        {"no list", " \"name\"", "[invalid]"},
        {"nothing", "", "[invalid]"},
        {"a name of 31 octets", " (\"1234567890123456789012345678901\" NIL)", "[limit]"},
    };
    const auto show = [](const IdArgs& args) {
        std::string out;
        for (const auto& [name, value] : args.fields)
            out += name + "=" + value.value_or("none") + ";";
        return out;
    };
    for (const Case& c : kCases)
        EXPECT_EQ(parsed(c.arguments, kR1, parse_id, show), c.want) << c.why;
    std::string many = " (\"a\" NIL";
    for (std::size_t i = 0; i < kIdFieldsMax; ++i)
        many += " \"a\" NIL";
    EXPECT_EQ(parsed(many + ")", kR1, parse_id, show), "[limit]");
    const std::string longer(kIdValueBytesMax + 1, 'x');
    EXPECT_EQ(parsed(" (\"a\" \"" + longer + "\")", kR1, parse_id, show), "[limit]");
}

}  // namespace
}  // namespace loam::imap
