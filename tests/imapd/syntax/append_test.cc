#include "imapd/syntax/append.h"

#include <string>

#include <gtest/gtest.h>

#include "imapd/syntax/command.h"
#include "imapd/syntax/replace.h"
#include "tests/imapd/syntax/parse.h"

namespace loam::imap {
namespace {

std::string show_message(const AppendMessage& message) {
    std::string out = to_string(message.flags);
    if (message.date) out += " '" + to_string(*message.date) + "'";
    if (message.catenate) return out + " catenate";
    out += " " + std::to_string(message.literal.size_bytes);
    if (message.literal.non_sync) out += " non_sync";
    if (message.literal.binary) out += " binary";
    if (message.utf8) out += " utf8";
    return out;
}

std::string show_head(const AppendHead& head) {
    return head.mailbox.name + " " + show_message(head.message);
}

constexpr Case kHeads[] = {
    {"only a message", " INBOX {310}", "INBOX () 310"},
    {"flags", " INBOX (\\Seen $Junk) {310}", "INBOX (\\Seen $Junk) 310"},
    {"no flags", " INBOX () {310}", "INBOX () 310"},
    {"a date", " a \" 7-Feb-1994 21:52:25 -0800\" {1}", "a () ' 7-Feb-1994 21:52:25 -0800' 1"},
    {"both", " a (\\Seen) \"17-Jul-1996 02:44:25 -0700\" {1}",
     "a (\\Seen) '17-Jul-1996 02:44:25 -0700' 1"},
    {"non-synchronising", " a {99+}", "a () 99 non_sync"},
    {"literal8", " a ~{99}", "a () 99 binary"},
    {"UTF8", " a UTF8 (~{99}", "a () 99 binary utf8"},
    {"UTF8, non-synchronising, with flags", " a (\\Seen) utf8 (~{99+}",
     "a (\\Seen) 99 non_sync binary utf8"},
    {"the mailbox as a literal", " {5}\r\ninbox {9}", "INBOX () 9"},
    {"a message without octets is for the command to refuse", " a {0}", "a () 0"},
    {"a large one as well", " a {9223372036854775807}", "a () 9223372036854775807"},
    {"no literal", " a", "[invalid]"},
    {"a quoted message", " a \"hello\"", "[invalid]"},
    {"the date before the flags", " a \"17-Jul-1996 02:44:25 -0700\" (\\Seen) {1}", "[invalid]"},
    {"no date in the quotes", " a \"yesterday\" {1}", "[invalid]"},
    {"the flag of the server", " a (\\Recent) {1}", "[invalid]"},
    {"flags without parentheses", " a \\Seen {1}", "[invalid]"},
    {"no space before the literal", " a{1}", "[invalid]"},
    {"no space behind the flags", " a (\\Seen){1}", "[invalid]"},
    {"two spaces", " a  {1}", "[invalid]"},
    {"UTF8 wants a literal8", " a UTF8 ({9}", "[invalid]"},
    {"UTF8 wants its parenthesis", " a UTF8 ~{9}", "[invalid]"},
    {"CATENATE", " a CATENATE (TEXT {9}", "a () catenate"},
    {"CATENATE of URLs alone", " a (\\Seen) catenate (URL \"/b/;UID=1\")", "a (\\Seen) catenate"},
    {"CATENATE without parts", " a CATENATE", "[invalid]"},
    {"CATENATE without parentheses", " a CATENATE TEXT {9}", "[invalid]"},
    {"no mailbox", " {9}", "[invalid]"},
    {"nothing", "", "[invalid]"},
    {"a name that cannot be", " R&D {9}", "[unsupported]"},
    {"an empty name", " \"\" {9}", "[unsupported]"},
};

TEST(Append, Head) {
    for (const Case& c : kHeads)
        EXPECT_EQ(parsed(c.arguments, kR1, parse_append_head, show_head), c.want) << c.why;
}

std::string next(std::string_view line, bool previous_utf8) {
    const auto text = command_of(line);
    if (!text) return "refused";
    Lexer lexer(*text);
    const auto message = parse_append_next(lexer, previous_utf8);
    if (!message) return "[" + std::string(to_string(message.error().code)) + "]";
    return *message ? show_message(**message) : "end";
}

TEST(Append, WhatFollowsAMessage) {
    EXPECT_EQ(next("", false), "end");
    EXPECT_EQ(next(" {5}", false), "() 5");
    EXPECT_EQ(next(" (\\Seen) \"17-Jul-1996 02:44:25 -0700\" {5+}", false),
              "(\\Seen) '17-Jul-1996 02:44:25 -0700' 5 non_sync");
    EXPECT_EQ(next(" UTF8 (~{5}", false), "() 5 binary utf8");
    EXPECT_EQ(next(")", true), "end");
    EXPECT_EQ(next(") (\\Seen) UTF8 (~{5}", true), "(\\Seen) 5 binary utf8");
    EXPECT_EQ(next(") ~{5}", true), "() 5 binary");
    EXPECT_EQ(next("", true), "[invalid]") << "UTF8 ( was not closed";
    EXPECT_EQ(next(")", false), "[invalid]");
    EXPECT_EQ(next(" ", false), "[invalid]");
    EXPECT_EQ(next("x", false), "[invalid]");
    EXPECT_EQ(next("{5}", false), "[invalid]");
    EXPECT_EQ(next(" (\\Seen)", false), "[invalid]");
    EXPECT_EQ(next(" INBOX {5}", false), "[invalid]") << "the mailbox is named once";
}

TEST(Append, WhichLiteralIsTheMessage) {
    struct Line {
        const char* why;
        std::string_view octets;
        bool message;
    };
    constexpr Line kLines[] = {
        {"behind the mailbox", "a APPEND INBOX {9}", true},
        {"in any case", "a append INBOX (\\Seen) {9+}", true},
        {"behind a literal mailbox", "a APPEND {5}\r\nINBOX {9}", true},
        {"behind UTF8", "a APPEND x UTF8 (~{9}", true},
        {"in the place of the flags: no argument, whatever it is", "a APPEND x ({9}", true},
        {"the mailbox itself", "a APPEND {5}", false},
        {"another command", "a LOGIN kim {9}", false},
        {"a name that begins the same", "a APPENDIX x {9}", false},
        {"UID APPEND is no command", "a UID APPEND x {9}", false},
        {"no command", "{9}", false},
        {"no literal", "a APPEND INBOX", false},
    };
    for (const Line& line : kLines) {
        const auto text = command_of(line.octets);
        ASSERT_TRUE(text) << line.why;
        EXPECT_EQ(append_awaits_message(*text), line.message) << line.why;
    }
}

std::string show_part(const CatenatePart& part) {
    std::string out = part.url ? "url " + part.address : "text";
    if (part.literal) out += "{" + std::to_string(part.literal->size_bytes) + "}";
    return out + (part.utf8 ? " utf8" : "");
}

// The parts of one line, up to the first that is on its way.
std::string parts(std::string_view line, const CatenatePart* previous) {
    const auto text = command_of(line);
    if (!text) return "refused";
    Lexer lexer(*text);
    std::string out;
    CatenatePart last;
    for (;;) {
        const auto part = parse_catenate_part(lexer, previous);
        if (!part) return out + "[" + std::string(to_string(part.error().code)) + "]";
        if (!*part) return out + (lexer.at_end() ? "end" : "more");
        out += show_part(**part) + ",";
        if ((*part)->literal) return out;
        last = **part;
        previous = &last;
    }
}

// RFC 4469 section 5, RFC 6855 section 4.
TEST(Append, PartsOfACatenation) {
    const CatenatePart text{.literal = LiteralSuffix{.size_bytes = 1}};
    const CatenatePart utf8{.literal = LiteralSuffix{.size_bytes = 1}, .utf8 = true};
    EXPECT_EQ(parts("TEXT {5}", nullptr), "text{5},");
    EXPECT_EQ(parts("text ~{5+}", nullptr), "text{5},");
    EXPECT_EQ(parts("UTF8 (~{5}", nullptr), "text{5} utf8,");
    EXPECT_EQ(parts("URL \"/a/;UID=1\" URL /b/;UID=2 TEXT {5}", nullptr),
              "url /a/;UID=1,url /b/;UID=2,text{5},");
    EXPECT_EQ(parts("URL {9}", nullptr), "url {9},") << "a URL may be a literal";
    EXPECT_EQ(parts(")", &text), "end");
    EXPECT_EQ(parts(") (\\Seen) {5}", &text), "more") << "MULTIAPPEND";
    EXPECT_EQ(parts(" URL x)", &text), "url x,end");
    EXPECT_EQ(parts("))", &utf8), "end");
    EXPECT_EQ(parts(") TEXT {5}", &utf8), "text{5},");
    EXPECT_EQ(parts(")", &utf8), "[invalid]") << "two are needed";
    EXPECT_EQ(parts(")", nullptr), "[invalid]") << "one part at least";
    EXPECT_EQ(parts(" TEXT {5}", nullptr), "[invalid]");
    EXPECT_EQ(parts("TEXT {5}", &text), "[invalid]");
    EXPECT_EQ(parts("TEXT \"x\")", nullptr), "[invalid]") << "text is a literal";
    EXPECT_EQ(parts("UTF8 (~{5}", &text), "[invalid]");
    EXPECT_EQ(parts("UTF8 ({5}", nullptr), "[invalid]");
    EXPECT_EQ(parts("FILE x)", nullptr), "[invalid]");
    EXPECT_EQ(parts("URL x", nullptr), "url x,[invalid]") << "not closed";
}

// RFC 8508 section 5.
TEST(Replace, NamesOneMessageBeforeWhatAppendHas) {
    struct Line {
        const char* why;
        const char* octets;
        bool message;
        const char* want;
    };
    const Line lines[] = {
        {"a number", "a REPLACE 3 Work (\\Seen) {5}", true, "3 Work (\\Seen) 5"},
        {"a uid", "a UID REPLACE 3 Work {5}", true, "3 Work () 5"},
        {"the last one", "a REPLACE * Work {5+}", true, "* Work () 5 non_sync"},
        {"the mailbox is a literal", "a REPLACE 3 {4}", false, "[invalid]"},
        {"several", "a REPLACE 1:2 Work {5}", true, "[invalid]"},
        {"a list", "a REPLACE 1,2 Work {5}", true, "[invalid]"},
        {"the last search", "a REPLACE $ Work {5}", true, "[invalid]"},
        {"none", "a REPLACE Work {5}", true, "[invalid]"},
        {"a literal in its place", "a REPLACE {5}", true, "[invalid]"},
    };
    for (const Line& line : lines) {
        const auto text = command_of(line.octets);
        ASSERT_TRUE(text) << line.why;
        EXPECT_EQ(append_awaits_message(*text), line.message) << line.why;
        Lexer lexer(*text);
        ASSERT_TRUE(parse_command_head(lexer)) << line.why;
        const auto head = parse_replace_head(lexer, kR1);
        EXPECT_EQ(head ? to_string(head->message) + " " + show_head(head->append)
                       : "[" + std::string(to_string(head.error().code)) + "]",
                  line.want)
            << line.why;
    }
}

// The way run_append goes, with two messages.
TEST(Append, TheWholeOfAMultiappend) {
    const auto first = command_of("a APPEND Work (\\Seen) {5}");
    ASSERT_TRUE(first);
    ASSERT_TRUE(append_awaits_message(*first));
    Lexer lexer(*first);
    ASSERT_TRUE(parse_command_head(lexer));
    const auto head = parse_append_head(lexer, kR1);
    ASSERT_TRUE(head);
    EXPECT_EQ(show_head(*head), "Work (\\Seen) 5");
    EXPECT_EQ(next(" {7}", head->message.utf8), "() 7");
    EXPECT_EQ(next("", false), "end");
}

}  // namespace
}  // namespace loam::imap
