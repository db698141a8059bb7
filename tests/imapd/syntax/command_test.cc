#include "imapd/syntax/command.h"

#include <gtest/gtest.h>

#include "tests/imapd/syntax/parse.h"

namespace loam::imap {
namespace {

std::string head(std::string_view line) {
    const auto text = command_of(line);
    if (!text) return "refused";
    Lexer lexer(*text);
    const auto command = parse_command_head(lexer);
    if (!command) return "[" + std::string(to_string(command.error().code)) + "]";
    return command->tag + "|" + command->name + (command->by_uid ? "|uid|" : "||") +
           std::string(lexer.rest());
}

TEST(Command, Head) {
    constexpr Case kCases[] = {
        {"a name without arguments", "a1 NOOP", "a1|NOOP||"},
        {"in any case", "a1 noOp", "a1|NOOP||"},
        {"arguments are left", "a1 FETCH 1 FLAGS", "a1|FETCH|| 1 FLAGS"},
        {"UID stands before a name", "a1 uid fetch 1 UID", "a1|FETCH|uid| 1 UID"},
        {"a name that begins with UID", "a1 UIDX", "a1|UIDX||"},
        {"unknown names are for the table", "a1 XYZZY", "a1|XYZZY||"},
        {"names may hold digits and signs", "a1 X-FOO2", "a1|X-FOO2||"},
        {"a tag with ]", "a] NOOP", "a]|NOOP||"},
        {"UID and no name", "a1 UID", "[invalid]"},
        {"UID and only a space", "a1 UID ", "[invalid]"},
        {"no name", "a1", "[invalid]"},
        {"only a space", "a1 ", "[invalid]"},
        {"two spaces", "a1  NOOP", "[invalid]"},
        {"a tab is no space", "a1\tNOOP", "[invalid]"},
        {"no tag", " NOOP", "[invalid]"},
        {"a continuation is no tag", "+ NOOP", "[invalid]"},
        {"an empty line", "", "[invalid]"},
        {"a quoted name", "a1 \"NOOP\"", "[invalid]"},
    };
    for (const Case& c : kCases)
        EXPECT_EQ(head(c.arguments), c.want) << c.why;
    EXPECT_EQ(head(std::string(kTagBytesMax + 1, 'a') + " NOOP"), "[limit]");
}

TEST(Command, NoArguments) {
    const auto check = [](std::string_view rest) {
        const auto text = command_of(rest);
        Lexer lexer(*text);
        return parse_no_arguments(lexer).ok();
    };
    EXPECT_TRUE(check(""));
    EXPECT_FALSE(check(" "));
    EXPECT_FALSE(check(" x"));
    EXPECT_FALSE(check(" {3}"));
}

TEST(Command, IdleEndsWithDoneAlone) {
    EXPECT_TRUE(is_idle_done("DONE"));
    EXPECT_TRUE(is_idle_done("done"));
    EXPECT_FALSE(is_idle_done("DONE "));
    EXPECT_FALSE(is_idle_done("a1 DONE"));
    EXPECT_FALSE(is_idle_done(""));
}

}  // namespace
}  // namespace loam::imap
