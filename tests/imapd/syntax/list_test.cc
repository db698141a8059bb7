#include "imapd/syntax/list.h"

#include <gtest/gtest.h>

#include "imapd/syntax/lsub.h"
#include "tests/imapd/syntax/parse.h"

namespace loam::imap {
namespace {

std::string show(const ListArgs& args) {
    std::string out = args.extended ? "extended" : "plain";
    if (args.wants_separator) out += " separator";
    if (args.select.subscribed) out += " s:subscribed";
    if (args.select.remote) out += " s:remote";
    if (args.select.recursive_match) out += " s:recursive";
    if (args.select.special_use) out += " s:special";
    if (args.answer.subscribed) out += " r:subscribed";
    if (args.answer.children) out += " r:children";
    if (args.answer.special_use) out += " r:special";
    if (args.answer.status) out += " r:status " + std::to_string(args.answer.status->bits);
    for (const std::string& pattern : args.patterns)
        out += " <" + pattern + ">";
    return out;
}

constexpr Case kCases[] = {
    {"all mailboxes", " \"\" \"*\"", "plain <*>"},
    {"bare wildcards", " \"\" %/a*", "plain <%/a*>"},
    {"a reference", " Work/ %", "plain <Work/%>"},
    {"the separator", " \"\" \"\"", "plain separator"},
    {"whatever the reference", " \"Work\" \"\"", "plain separator"},
    {"a literal pattern", " \"\" {1}\r\n*", "plain <*>"},
    {"a pattern that cannot match", " \"\" R&D", "plain"},
    {"a reference that cannot", " R&D *", "plain"},
    {"INBOX in any case", " \"\" inbox", "plain <INBOX>"},
    {"subscribed", " (SUBSCRIBED) \"\" *", "extended s:subscribed <*>"},
    {"several options", " (subscribed REMOTE RECURSIVEMATCH) \"\" *",
     "extended s:subscribed s:remote s:recursive <*>"},
    {"no options", " () \"\" *", "extended <*>"},
    {"special use", " (SPECIAL-USE) \"\" *", "extended s:special <*>"},
    {"several patterns", " \"\" (INBOX \"a/%\" b)", "extended <INBOX> <a/%> <b>"},
    {"empty patterns are passed over", " \"\" (\"\" a)", "extended <a>"},
    {"one in parentheses is extended", " \"\" (a)", "extended <a>"},
    {"an empty one there asks no separator", " \"\" (\"\")", "extended"},
    {"return options", " \"\" * RETURN (SUBSCRIBED children SPECIAL-USE)",
     "extended r:subscribed r:children r:special <*>"},
    {"none of them", " \"\" * RETURN ()", "extended <*>"},
    {"status", " \"\" % RETURN (STATUS (MESSAGES SIZE) CHILDREN)",
     "extended r:children r:status 65 <%>"},
    {"all of it", " (SUBSCRIBED) \"\" (a b) RETURN (CHILDREN)",
     "extended s:subscribed r:children <a> <b>"},
    {"a modifier alone", " (RECURSIVEMATCH) \"\" *", "[invalid]"},
    {"with an independent option only", " (REMOTE RECURSIVEMATCH) \"\" *", "[invalid]"},
    {"an unknown selection option", " (FOO) \"\" *", "[invalid]"},
    {"CHILDREN is no selection", " (CHILDREN) \"\" *", "[invalid]"},
    {"an unknown return option", " \"\" * RETURN (FOO)", "[invalid]"},
    {"REMOTE is no return option", " \"\" * RETURN (REMOTE)", "[invalid]"},
    {"status without items", " \"\" * RETURN (STATUS ())", "[invalid]"},
    {"status without a list", " \"\" * RETURN (STATUS)", "[invalid]"},
    {"no patterns in the list", " \"\" ()", "[invalid]"},
    {"another word for RETURN", " \"\" * GIVE (CHILDREN)", "[invalid]"},
    {"RETURN without a list", " \"\" * RETURN", "[invalid]"},
    {"options not closed", " (SUBSCRIBED \"\" *", "[invalid]"},
    {"no pattern", " \"\"", "[invalid]"},
    {"nothing", "", "[invalid]"},
    {"a wildcard in a bare reference", " * *", "[invalid]"},
    {"something behind", " \"\" * RETURN () x", "[invalid]"},
};

TEST(List, Arguments) {
    for (const Case& c : kCases)
        EXPECT_EQ(parsed(c.arguments, kR1, parse_list, show), c.want) << c.why;
}

TEST(List, TheModeDecidesHowPatternsAreRead) {
    EXPECT_EQ(parsed(" \"\" Entw&APw-*", kR1, parse_list, show), "plain <Entw\u00FC*>");
    EXPECT_EQ(parsed(" \"\" Entw&APw-*", kR2, parse_list, show), "plain <Entw&APw-*>");
    EXPECT_EQ(parsed(" \"\" \"R&D*\"", kU8, parse_list, show), "plain <R&D*>");
    EXPECT_EQ(parsed(" \"\" * RETURN (STATUS (RECENT))", kR1, parse_list, show),
              "extended r:status 2 <*>");
    EXPECT_EQ(parsed(" \"\" * RETURN (STATUS (RECENT))", kR2, parse_list, show), "[invalid]");
}

TEST(List, Limits) {
    std::string many = " \"\" (";
    for (std::size_t i = 0; i < kListPatternsMax; ++i)
        many += "a ";
    EXPECT_EQ(parsed(many + "a)", kR1, parse_list, show), "[limit]");
    EXPECT_EQ(parsed(" \"\" " + std::string(2000, 'a'), kR1, parse_list, show), "[limit]");
}

TEST(Lsub, Arguments) {
    const auto lsub = [](const LsubArgs& args) {
        return args.wants_separator ? "separator" : args.pattern.value_or("none");
    };
    EXPECT_EQ(parsed(" \"\" %", kR1, parse_lsub, lsub), "%");
    EXPECT_EQ(parsed(" \"Work/\" *", kR1, parse_lsub, lsub), "Work/*");
    EXPECT_EQ(parsed(" \"\" \"\"", kR1, parse_lsub, lsub), "separator");
    EXPECT_EQ(parsed(" \"\" R&D", kR1, parse_lsub, lsub), "none");
    EXPECT_EQ(parsed(" \"\" (a b)", kR1, parse_lsub, lsub), "[invalid]") << "LSUB was not extended";
    EXPECT_EQ(parsed(" \"\" * RETURN (CHILDREN)", kR1, parse_lsub, lsub), "[invalid]");
    EXPECT_EQ(parsed(" (SUBSCRIBED) \"\" *", kR1, parse_lsub, lsub), "[invalid]");
    EXPECT_EQ(parsed(" \"\"", kR1, parse_lsub, lsub), "[invalid]");
}

}  // namespace
}  // namespace loam::imap
