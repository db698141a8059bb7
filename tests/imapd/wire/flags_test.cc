#include "imapd/wire/flags.h"

#include <string>

#include <gtest/gtest.h>

#include "engine/base/limits.h"
#include "tests/imapd/wire/command_of.h"

namespace loam::imap {
namespace {

struct Case {
    const char* why;
    std::string octets;
    std::string want;
};
const Case kLists[] = {
    {"empty", "()", "()"},
    {"system flags in our order", "(\\Seen \\Answered)", "(\\Answered \\Seen)"},
    {"in any case", "(\\sEEN \\DELETED)", "(\\Deleted \\Seen)"},
    {"all of them", "(\\Draft \\Seen \\Deleted \\Flagged \\Answered)",
     "(\\Answered \\Flagged \\Deleted \\Seen \\Draft)"},
    {"keywords keep order and spelling", "($Junk foo)", "($Junk foo)"},
    {"twice is once, in the first spelling", "(Foo fOO \\Seen \\Seen)", "(\\Seen Foo)"},
    {"Recent is the server's", "(\\Recent)", "refused"},
    {"in any case, too", "(\\rEcent)", "refused"},
    {"no such system flag", "(\\Important)", "refused"},
    {"\\* is for PERMANENTFLAGS", "(\\*)", "refused"},
    {"a lone backslash", "(\\)", "refused"},
    {"a quoted keyword", "(\"foo\")", "refused"},
    {"] ends a code and so is no part of a flag", "(a])", "refused"},
    {"8-bit", "(caf\xC3\xA9)", "refused"},
    {"two spaces", "(a  b)", "refused"},
    {"a space at the end", "(a )", "refused"},
    {"not closed", "(a", "refused"},
    {"a list in a list", "((a))", "refused"},
    {"something behind", "(a) b", "refused"},
};

template <typename Parse>
std::string read(const std::string& octets, Parse parse) {
    const auto text = command_of(octets);
    if (!text) return "refused";
    Lexer lexer(*text);
    const auto flags = parse(lexer);
    if (!flags || !lexer.expect_end()) return "refused";
    return to_string(*flags);
}

TEST(Flags, ParsesAndPrints) {
    for (const Case& c : kLists)
        EXPECT_EQ(read(c.octets, parse_flag_list), c.want) << c.why;
}

TEST(Flags, StoreTakesThemBare) {
    EXPECT_EQ(read("\\Seen $Junk", parse_flags), "(\\Seen $Junk)");
    EXPECT_EQ(read("(\\Seen)", parse_flags), "(\\Seen)");
    EXPECT_EQ(read("", parse_flags), "refused");
    EXPECT_EQ(read("\\Seen ", parse_flags), "refused");
    EXPECT_EQ(read("\\Seen", parse_flag_list), "refused");
}

TEST(Flags, Limits) {
    std::string list = "(";
    for (std::size_t i = 0; i < kKeywordsMax; ++i)
        list += "k" + std::to_string(i) + " ";
    const auto fits = command_of(list + "k0)");
    Lexer lexer(*fits);
    EXPECT_EQ(parse_flag_list(lexer)->keywords.size(), kKeywordsMax);

    const auto one_more = command_of(list + "other)");
    Lexer second(*one_more);
    EXPECT_EQ(parse_flag_list(second).error().code, Errc::limit);

    const auto longer = command_of("(" + std::string(kKeywordBytesMax + 1, 'k') + ")");
    Lexer third(*longer);
    EXPECT_EQ(parse_flag_list(third).error().code, Errc::limit);
}

TEST(Flags, RecentIsPrintedBetweenSystemFlagsAndKeywords) {
    FlagNames flags;
    EXPECT_EQ(to_string(flags, true), "(\\Recent)");
    flags.system = flag_seen;
    flags.add_keyword("$Junk");
    EXPECT_EQ(to_string(flags, true), "(\\Seen \\Recent $Junk)");
    EXPECT_EQ(system_flag_name(flag_draft), "\\Draft");
}

}  // namespace
}  // namespace loam::imap
