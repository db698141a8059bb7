#include "imapd/wire/lexer.h"

#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "tests/imapd/wire/command_of.h"

namespace loam::imap {
namespace {

using namespace std::string_literals;

struct Case {
    const char* why;
    std::string octets;
    std::string want;  // the token; "refused" otherwise
};

/// Reads one token from the whole of `octets`, which must end behind it.
template <typename Read>
std::string token(const std::string& octets, Read read) {
    const auto text = command_of(octets);
    if (!text) return "refused";
    Lexer lexer(*text);
    const auto value = read(lexer);
    if (!value || !lexer.expect_end()) return "refused";
    return std::string(*value);
}

TEST(Lexer, Atom) {
    const Case cases[] = {
        {"letters", "INBOX", "INBOX"},
        {"most signs, [ among them", "a!#$&'+,-./:;<=>?@[^_`|}~", "a!#$&'+,-./:;<=>?@[^_`|}~"},
        {"nothing", "", "refused"},
        {"a space ends it", "a b", "refused"},
        {"a parenthesis", "a(b", "refused"},
        {"a wildcard", "a*", "refused"},
        {"a response-special", "a]", "refused"},
        {"a quote", "a\"", "refused"},
        {"a backslash", "\\Seen", "refused"},
        {"8-bit", "caf\xC3\xA9", "refused"},
        {"a control", "a\tb", "refused"},
        {"NUL", "a\0b"s, "refused"},
        {"DEL", "a\x7F", "refused"},
    };
    for (const Case& c : cases)
        EXPECT_EQ(token(c.octets, [](Lexer& l) { return l.atom(); }), c.want) << c.why;
}

TEST(Lexer, Tag) {
    const Case cases[] = {
        {"as clients make them", "A0001", "A0001"},      {"] is an ASTRING-CHAR", "a]b", "a]b"},
        {"+ would be a continuation", "a+", "refused"},  {"alone, too", "+", "refused"},
        {"an untagged response's star", "*", "refused"},
    };
    for (const Case& c : cases)
        EXPECT_EQ(token(c.octets, [](Lexer& l) { return l.tag(); }), c.want) << c.why;
}

TEST(Lexer, Quoted) {
    const Case cases[] = {
        {"plain", "\"a b\"", "a b"},
        {"empty", "\"\"", ""},
        {"both escapes", R"("a\"b\\c")", R"(a"b\c)"},
        {"UTF-8", "\"caf\xC3\xA9\"", "caf\xC3\xA9"},
        {"an escape of anything else", R"("a\b")", "refused"},
        {"an escape at the end", R"("a\)", "refused"},
        {"the closing quote escaped away", R"("a\")", "refused"},
        {"no end", "\"a", "refused"},
        {"only a quote", "\"", "refused"},
        {"a bare CR", "\"a\rb\"", "refused"},
        {"a bare LF", "\"a\nb\"", "refused"},
        {"NUL", "\"a\0b\""s, "refused"},
        {"ISO 8859-1 is not UTF-8", "\"caf\xE9\"", "refused"},
        {"overlong form", "\"\xC0\xAF\"", "refused"},
        {"something behind it", "\"a\"b", "refused"},
    };
    for (const Case& c : cases)
        EXPECT_EQ(token(c.octets, [](Lexer& l) { return l.quoted(); }), c.want) << c.why;
}

TEST(Lexer, String) {
    const Case cases[] = {
        {"quoted", "\"a\"", "a"},
        {"a literal", "{3}\r\na\"b", "a\"b"},
        {"a non-synchronising one", "{3+}\r\nabc", "abc"},
        {"CRLF within a literal", "{4}\r\na\r\nb", "a\r\nb"},
        {"any octets but NUL in a literal", "{2}\r\n\xE9\x01", "\xE9\x01"},
        {"an empty literal", "{0}\r\n\r\n", ""},
        {"NUL in a literal", "{3}\r\na\0b"s, "refused"},
        {"literal8 where it has no place", "~{1}\r\na", "refused"},
        {"an atom", "a", "refused"},
        {"a literal that has not come", "{5}", "refused"},
        {"text in front of a literal", "x{1}\r\na", "refused"},
        {"text behind a literal", "{1}\r\nab", "refused"},
    };
    for (const Case& c : cases)
        EXPECT_EQ(token(c.octets, [](Lexer& l) { return l.string(); }), c.want) << c.why;
    EXPECT_EQ(token("~{3}\r\na\0b"s, [](Lexer& l) { return l.string8(); }), "a\0b"s);
    EXPECT_EQ(token("{1}\r\na", [](Lexer& l) { return l.string8(); }), "a");
}

TEST(Lexer, AstringAndListMailbox) {
    const Case cases[] = {
        {"bare", "INBOX", "INBOX"},
        {"] is allowed", "a]", "a]"},
        {"quoted", "\"a b\"", "a b"},
        {"literal", "{1}\r\na", "a"},
        {"NIL is three letters here", "NIL", "NIL"},
        {"a wildcard", "a%", "refused"},
        {"nothing", "", "refused"},
        {"a parenthesis", "(a)", "refused"},
    };
    for (const Case& c : cases)
        EXPECT_EQ(token(c.octets, [](Lexer& l) { return l.astring(); }), c.want) << c.why;
    EXPECT_EQ(token("a%/*]", [](Lexer& l) { return l.list_mailbox(); }), "a%/*]");
    EXPECT_EQ(token("(a)", [](Lexer& l) { return l.list_mailbox(); }), "refused");
}

TEST(Lexer, Nstring) {
    const auto read = [](Lexer& l) -> Result<std::string> {
        LOAM_TRY(const auto value, l.nstring());
        return value.value_or("none");
    };
    EXPECT_EQ(token("NIL", read), "none");
    EXPECT_EQ(token("nil", read), "none");
    EXPECT_EQ(token("\"NIL\"", read), "NIL");
    EXPECT_EQ(token("NILS", read), "refused");
    EXPECT_EQ(token("abc", read), "refused");
}

TEST(Lexer, Numbers) {
    const auto number = [](Lexer& l) -> Result<std::string> {
        LOAM_TRY(const auto value, l.number());
        return std::to_string(value);
    };
    EXPECT_EQ(token("0", number), "0");
    EXPECT_EQ(token("4294967295", number), "4294967295");
    EXPECT_EQ(token("4294967296", number), "refused");
    EXPECT_EQ(token("99999999999999999999999", number), "refused");
    EXPECT_EQ(token("-1", number), "refused");
    EXPECT_EQ(token("+1", number), "refused");
    EXPECT_EQ(token("1a", number), "refused");
    const auto nz64 = [](Lexer& l) -> Result<std::string> {
        LOAM_TRY(const auto value, l.nz_number64());
        return std::to_string(value);
    };
    EXPECT_EQ(token("9223372036854775807", nz64), "9223372036854775807");
    EXPECT_EQ(token("9223372036854775808", nz64), "refused");
    EXPECT_EQ(token("0", nz64), "refused");
    EXPECT_EQ(token("01", nz64), "refused");
}

TEST(Lexer, WordsEndWhereWordsEnd) {
    const auto text = command_of("FLAGS.SILENT body[1]");
    ASSERT_TRUE(text);
    Lexer lexer(*text);
    EXPECT_FALSE(lexer.accept_word("FLAGS"));
    EXPECT_TRUE(lexer.accept_word("flags.silent"));
    EXPECT_TRUE(lexer.sp());
    EXPECT_TRUE(lexer.accept_word("BODY"));
    EXPECT_EQ(lexer.peek(), '[');
    EXPECT_EQ(lexer.rest(), "[1]");
    EXPECT_TRUE(lexer.at_end());
}

TEST(Lexer, StepsOverLiteralsThatFollowEachOther) {
    const auto text = command_of("a {1}\r\nx{1}\r\ny {0}\r\n");
    ASSERT_TRUE(text);
    Lexer lexer(*text);
    EXPECT_TRUE(lexer.atom());
    EXPECT_TRUE(lexer.sp());
    EXPECT_TRUE(lexer.at_literal());
    EXPECT_EQ(*lexer.string(), "x");
    EXPECT_EQ(*lexer.string(), "y");
    EXPECT_TRUE(lexer.sp());
    EXPECT_TRUE(lexer.at_pending());
    EXPECT_FALSE(lexer.at_end());
    EXPECT_EQ(lexer.pending().size_bytes, 0U);
}

TEST(Lexer, ErrorsTellTheColumnAndNotTheInput) {
    const auto text = command_of("a LOGIN {6}\r\nsecret(");
    ASSERT_TRUE(text);
    Lexer lexer(*text);
    EXPECT_TRUE(lexer.tag());
    EXPECT_TRUE(lexer.sp());
    EXPECT_TRUE(lexer.atom());
    EXPECT_TRUE(lexer.sp());
    EXPECT_TRUE(lexer.astring());
    const Status space = lexer.sp();
    ASSERT_FALSE(space);
    EXPECT_EQ(space.error().code, Errc::invalid);
    EXPECT_EQ(space.error().what, "expected a space at column 18");
}

TEST(Lexer, ACopyLooksAheadWithoutMovingTheOriginal) {
    const auto text = command_of("abc");
    ASSERT_TRUE(text);
    const Lexer lexer(*text);
    Lexer ahead = lexer;
    EXPECT_TRUE(ahead.atom());
    EXPECT_TRUE(ahead.at_end());
    EXPECT_EQ(lexer.peek(), 'a');
    EXPECT_EQ(lexer.column(), 1U);
}

TEST(Lexer, NothingIsTheEnd) {
    const CommandText none;
    Lexer lexer(none);
    EXPECT_TRUE(lexer.at_end());
    EXPECT_EQ(lexer.peek(), '\0');
    EXPECT_FALSE(lexer.accept('\0'));
}

}  // namespace
}  // namespace loam::imap
