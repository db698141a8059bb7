#include "imapd/syntax/fetch.h"

#include <gtest/gtest.h>

#include "tests/imapd/syntax/parse.h"

namespace loam::imap {
namespace {

std::string show(const FetchArgs& args) {
    return to_string(args);
}

constexpr Case kCases[] = {
    {"one item", " 1 FLAGS", "1 (FLAGS)"},
    {"a list", " 1:3 (UID FLAGS)", "1:3 (UID FLAGS)"},
    {"a list of one", " 1 (uid)", "1 (UID)"},
    {"the last search", " $ FLAGS", "$ (FLAGS)"},
    {"each once", " 1 (UID FLAGS UID)", "1 (UID FLAGS)"},
    {"ids and the date of saving", " 1 (EMAILID threadid SAVEDATE)",
     "1 (EMAILID THREADID SAVEDATE)"},
    {"a preview", " 1 PREVIEW", "1 (PREVIEW)"},
    {"a lazy one", " 1 (PREVIEW (LAZY) UID)", "1 (PREVIEW (LAZY) UID)"},
    {"a preview with modifiers behind it", " 1 PREVIEW (CHANGEDSINCE 5)",
     "1 (PREVIEW) (CHANGEDSINCE 5)"},
    {"all plain ones", " 1 (ENVELOPE FLAGS INTERNALDATE RFC822.SIZE BODY BODYSTRUCTURE UID MODSEQ)",
     "1 (ENVELOPE FLAGS INTERNALDATE RFC822.SIZE BODY BODYSTRUCTURE UID MODSEQ)"},
    {"FAST", " 1 FAST", "1 (FLAGS INTERNALDATE RFC822.SIZE)"},
    {"ALL", " 1 all", "1 (FLAGS INTERNALDATE RFC822.SIZE ENVELOPE)"},
    {"FULL", " 1 FULL", "1 (FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODY)"},
    {"the items of old", " 1 (RFC822 RFC822.HEADER RFC822.TEXT)",
     "1 (RFC822 RFC822.HEADER RFC822.TEXT)"},
    {"a section", " 1 BODY[]", "1 (BODY[])"},
    {"peeking", " 1 body.peek[1.mime]", "1 (BODY.PEEK[1.MIME])"},
    {"two sections", " 1 (BODY[1] BODY[2])", "1 (BODY[1] BODY[2])"},
    {"structure and section", " 1 (BODY BODY[TEXT])", "1 (BODY BODY[TEXT])"},
    {"a part of a section", " 1 BODY[]<0.100>", "1 (BODY[]<0.100>)"},
    {"fields with spaces between", " 1 (BODY[HEADER.FIELDS (From To)] UID)",
     "1 (BODY[HEADER.FIELDS (From To)] UID)"},
    {"a literal field", " 1 BODY[HEADER.FIELDS ({4}\r\nFrom)]", "1 (BODY[HEADER.FIELDS (From)])"},
    {"binary", " 1 (BINARY[1] BINARY.PEEK[2]<3.4> BINARY.SIZE[3])",
     "1 (BINARY[1] BINARY.PEEK[2]<3.4> BINARY.SIZE[3])"},
    {"binary of the message", " 1 BINARY[]", "1 (BINARY[])"},
    {"changed since", " 1:* (FLAGS) (CHANGEDSINCE 12345)", "1:* (FLAGS) (CHANGEDSINCE 12345)"},
    {"the whole of a macro changed since", " 1 FAST (CHANGEDSINCE 1)",
     "1 (FLAGS INTERNALDATE RFC822.SIZE) (CHANGEDSINCE 1)"},
    {"no items", " 1 ()", "[invalid]"},
    {"nothing", " 1", "[invalid]"},
    {"a space only", " 1 ", "[invalid]"},
    {"two items without a list", " 1 UID FLAGS", "[invalid]"},
    {"a macro in a list", " 1 (ALL)", "[invalid]"},
    {"a macro and more", " 1 ALL FLAGS", "[invalid]"},
    {"unknown", " 1 FOO", "[invalid]"},
    {"two spaces in a list", " 1 (UID  FLAGS)", "[invalid]"},
    {"a space at the end of a list", " 1 (UID )", "[invalid]"},
    {"not closed", " 1 (UID", "[invalid]"},
    {"peeking at the structure", " 1 BODY.PEEK", "[invalid]"},
    {"a section of the structure", " 1 BODYSTRUCTURE[1]", "[invalid]"},
    {"a section of FLAGS", " 1 FLAGS[1]", "[invalid]"},
    {"binary without a section", " 1 BINARY", "[invalid]"},
    {"binary of a header", " 1 BINARY[HEADER]", "[invalid]"},
    {"binary of mime", " 1 BINARY.PEEK[1.MIME]", "[invalid]"},
    {"a part of a size", " 1 BINARY.SIZE[1]<0.1>", "[invalid]"},
    {"a part of a part of nothing", " 1 BODY[]<0.0>", "[invalid]"},
    {"a part of FLAGS", " 1 FLAGS<0.1>", "[invalid]"},
    {"a space before the section", " 1 BODY []", "[invalid]"},
    {"modifiers without a list", " 1 FLAGS CHANGEDSINCE 1", "[invalid]"},
    {"no modifiers", " 1 FLAGS ()", "[invalid]"},
    {"since zero", " 1 FLAGS (CHANGEDSINCE 0)", "[invalid]"},
    {"since twice", " 1 FLAGS (CHANGEDSINCE 1 CHANGEDSINCE 2)", "[invalid]"},
    {"a part without uids", " 1 FLAGS (PARTIAL 1:2)", "[invalid]"},
    {"vanished without uids", " 1 FLAGS (CHANGEDSINCE 1 VANISHED)", "[invalid]"},
    {"an unknown modifier", " 1 FLAGS (FOO)", "[invalid]"},
    {"no set", " FLAGS", "[invalid]"},
    {"$ with others", " 1,$ FLAGS", "[invalid]"},
};

TEST(Fetch, Arguments) {
    for (const Case& c : kCases)
        EXPECT_EQ(parsed(c.arguments, kR1, parse_fetch, show), c.want) << c.why;
}

TEST(Fetch, RevisionTwoStillServesTheItemsOfOld) {
    EXPECT_EQ(parsed(" 1 RFC822", kR2, parse_fetch, show), "1 (RFC822)");
}

TEST(Fetch, VanishedWantsUidsAndChangedSince) {
    EXPECT_EQ(parsed(" 1:* FLAGS (CHANGEDSINCE 7 VANISHED)", kByUid, parse_fetch, show),
              "1:* (FLAGS) (CHANGEDSINCE 7 VANISHED)");
    EXPECT_EQ(parsed(" 1:* FLAGS (VANISHED CHANGEDSINCE 7)", kByUid, parse_fetch, show),
              "1:* (FLAGS) (CHANGEDSINCE 7 VANISHED)");
    EXPECT_EQ(parsed(" 1:* FLAGS (PARTIAL -1:-30 CHANGEDSINCE 7)", kByUid, parse_fetch, show),
              "1:* (FLAGS) (CHANGEDSINCE 7 PARTIAL -1:-30)");
    EXPECT_EQ(parsed(" 1:* FLAGS (PARTIAL 5:1)", kByUid, parse_fetch, show),
              "1:* (FLAGS) (PARTIAL 5:1)");
    EXPECT_EQ(parsed(" 1:* FLAGS (PARTIAL 1:2 PARTIAL 3:4)", kByUid, parse_fetch, show),
              "[invalid]");
    EXPECT_EQ(parsed(" 1:* FLAGS (PARTIAL 1:-2)", kByUid, parse_fetch, show), "[invalid]");
    EXPECT_EQ(parsed(" 1:* FLAGS (VANISHED)", kByUid, parse_fetch, show), "[invalid]");
}

TEST(Fetch, WhatWePrintWeParseBack) {
    for (const Case& c : kCases) {
        const std::string printed = parsed(c.arguments, kR1, parse_fetch, show);
        if (printed == "[invalid]") continue;
        EXPECT_EQ(parsed(" " + printed, kR1, parse_fetch, show), printed) << c.why;
    }
}

TEST(Fetch, NamesInTheAnswer) {
    constexpr Case kNames[] = {
        {"plain", " 1 RFC822.SIZE", "RFC822.SIZE"},
        {"the structure", " 1 BODY", "BODY"},
        {"PEEK is not answered", " 1 BODY.PEEK[1.header.fields (suBject)]",
         "BODY[1.HEADER.FIELDS (suBject)]"},
        {"a partial keeps its origin", " 1 BODY[]<5.10>", "BODY[]<5>"},
        {"a partial from the start, too", " 1 BINARY.PEEK[2]<0.10>", "BINARY[2]<0>"},
        {"a size", " 1 BINARY.SIZE[2]", "BINARY.SIZE[2]"},
    };
    const auto name = [](const FetchArgs& args) { return response_name(args.items.front()); };
    for (const Case& c : kNames)
        EXPECT_EQ(parsed(c.arguments, kR1, parse_fetch, name), c.want) << c.why;
}

TEST(Fetch, WhatSetsSeen) {
    constexpr Case kItems[] = {
        {"content does", " 1 BODY[]", "yes"},
        {"a header fetched as a section does", " 1 BODY[HEADER]", "yes"},
        {"binary does", " 1 BINARY[1]", "yes"},
        {"RFC822 does", " 1 RFC822", "yes"},
        {"RFC822.TEXT does", " 1 RFC822.TEXT", "yes"},
        {"RFC822.HEADER does not", " 1 RFC822.HEADER", "no"},
        {"peeking does not", " 1 BODY.PEEK[]", "no"},
        {"peeking at binary does not", " 1 BINARY.PEEK[1]", "no"},
        {"a size does not", " 1 BINARY.SIZE[1]", "no"},
        {"the structure does not", " 1 BODY", "no"},
    };
    const auto seen = [](const FetchArgs& args) {
        return std::string(args.items.front().sets_seen() ? "yes" : "no");
    };
    for (const Case& c : kItems)
        EXPECT_EQ(parsed(c.arguments, kR1, parse_fetch, seen), c.want) << c.why;
}

TEST(Fetch, Limits) {
    std::string many = " 1 (";
    for (std::size_t i = 0; i < kFetchItemsMax; ++i)
        many += "BODY[" + std::to_string(i + 1) + "] ";
    EXPECT_EQ(parsed(many + "UID)", kR1, parse_fetch, show), "[limit]");
}

}  // namespace
}  // namespace loam::imap
