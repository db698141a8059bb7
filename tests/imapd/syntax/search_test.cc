#include "imapd/syntax/search.h"

#include <gtest/gtest.h>

#include "imapd/syntax/cancel_update.h"
#include "tests/imapd/syntax/parse.h"

namespace loam::imap {
namespace {

std::string show(const SearchArgs& args) {
    std::string out;
    if (args.answer.given) out += "[";
    if (args.answer.min) out += "min ";
    if (args.answer.max) out += "max ";
    if (args.answer.all) out += "all ";
    if (args.answer.count) out += "count ";
    if (args.answer.save) out += "save ";
    if (args.answer.update) out += "update ";
    if (args.answer.context) out += "context ";
    if (args.answer.partial) out += to_string(*args.answer.partial) + " ";
    if (args.answer.given) out += "] ";
    if (!args.charset.empty()) out += "{" + args.charset + (args.charset_known ? "} " : "?} ");
    return out + (args.charset_known ? to_string(args.key) : "unread");
}

constexpr Case kKeys[] = {
    {"all", " ALL", "ALL"},
    {"flags", " unseen Deleted", "(UNSEEN DELETED)"},
    {"each flag and its absence",
     " ANSWERED DELETED DRAFT FLAGGED SEEN UNANSWERED UNDELETED UNDRAFT UNFLAGGED UNSEEN",
     "(ANSWERED DELETED DRAFT FLAGGED SEEN UNANSWERED UNDELETED UNDRAFT UNFLAGGED UNSEEN)"},
    {"keywords", " KEYWORD $Junk UNKEYWORD foo", "(KEYWORD $Junk UNKEYWORD foo)"},
    {"texts", " BCC a BODY b CC c FROM d SUBJECT e TEXT f TO g",
     "(BCC \"a\" BODY \"b\" CC \"c\" FROM \"d\" SUBJECT \"e\" TEXT \"f\" TO \"g\")"},
    {"a quoted text", " FROM \"a \\\"b\\\"\"", "FROM \"a \\\"b\\\"\""},
    {"a literal text", " SUBJECT {3}\r\na)b UNSEEN", "(SUBJECT \"a)b\" UNSEEN)"},
    {"the empty text asks for presence", " SUBJECT \"\"", "SUBJECT \"\""},
    {"UTF-8", " SUBJECT \"gr\u00FCn\"", "SUBJECT \"gr\u00FCn\""},
    {"a header", " HEADER X-Foo \"\"", "HEADER \"X-Foo\" \"\""},
    {"dates", " BEFORE 1-Feb-1994 ON \"02-Feb-1994\" SINCE 3-feb-1994",
     "(BEFORE 1-Feb-1994 ON 2-Feb-1994 SINCE 3-Feb-1994)"},
    {"dates of the header", " SENTBEFORE 1-Feb-1994 SENTON 1-Feb-1994 SENTSINCE 1-Feb-1994",
     "(SENTBEFORE 1-Feb-1994 SENTON 1-Feb-1994 SENTSINCE 1-Feb-1994)"},
    {"sizes", " LARGER 0 SMALLER 9223372036854775807", "(LARGER 0 SMALLER 9223372036854775807)"},
    {"ages", " OLDER 3600 YOUNGER 1", "(OLDER 3600 YOUNGER 1)"},
    {"an object id", " EMAILID M1-2_x", "EMAILID M1-2_x"},
    {"of a thread", " threadid T-1", "THREADID T-1"},
    {"dates of saving", " SAVEDBEFORE 1-Feb-2021 SAVEDON 01-Feb-2021 SAVEDSINCE \"1-Feb-2021\"",
     "(SAVEDBEFORE 1-Feb-2021 SAVEDON 1-Feb-2021 SAVEDSINCE 1-Feb-2021)"},
    {"dates of saving are kept", " SAVEDATESUPPORTED", "SAVEDATESUPPORTED"},
    {"a modseq", " MODSEQ 620162338", "MODSEQ 620162338"},
    {"of an entry", " MODSEQ \"/flags/\\\\draft\" all 620162338",
     "MODSEQ \"/flags/\\\\draft\" all 620162338"},
    {"a modseq of zero", " MODSEQ 0", "MODSEQ 0"},
    {"a set", " 2,4:7", "2,4:7"},
    {"a star", " *", "*"},
    {"the last search", " $", "$"},
    {"uids", " UID 1:9,*", "UID 1:9,*"},
    {"uids of the last search", " UID $", "UID $"},
    {"not", " NOT SEEN", "NOT SEEN"},
    {"not of a set", " NOT 1:5", "NOT 1:5"},
    {"or", " OR SEEN FLAGGED", "OR SEEN FLAGGED"},
    {"or of the last search and a set, in parentheses", " (OR $ 1:3)", "OR $ 1:3"},
    {"or of lists", " OR (SEEN 1) (FLAGGED)", "OR (SEEN 1) FLAGGED"},
    {"a list is an and", " (SEEN FLAGGED) 1", "((SEEN FLAGGED) 1)"},
    {"parentheses around one key are air", " ((SEEN))", "SEEN"},
    {"nested", " NOT (OR SEEN (NOT FLAGGED DRAFT))", "NOT OR SEEN (NOT FLAGGED DRAFT)"},
    {"no keys", "", "[invalid]"},
    {"a space only", " ", "[invalid]"},
    {"unknown", " FOO", "[invalid]"},
    {"two spaces", " SEEN  DRAFT", "[invalid]"},
    {"a space at the end", " SEEN ", "[invalid]"},
    {"an empty list", " ()", "[invalid]"},
    {"not closed", " (SEEN", "[invalid]"},
    {"closed too often", " SEEN)", "[invalid]"},
    {"not of nothing", " NOT", "[invalid]"},
    {"or of one", " OR SEEN", "[invalid]"},
    {"a text is missing", " FROM", "[invalid]"},
    {"a text without quotes", " FROM a b", "[invalid]"},
    {"no date", " SINCE yesterday", "[invalid]"},
    {"no such day", " SINCE 31-Feb-2000", "[invalid]"},
    {"a date with its time", " SINCE \"1-Feb-1994 00:00:00 +0000\"", "[invalid]"},
    {"a negative size", " LARGER -1", "[invalid]"},
    {"no age at all", " OLDER 0", "[invalid]"},
    {"a keyword that is a system flag", " KEYWORD \\Seen", "[invalid]"},
    {"a quoted keyword", " KEYWORD \"a\"", "[invalid]"},
    {"message zero", " 0", "[invalid]"},
    {"$ with others", " 1,$", "[invalid]"},
    {"uid without a set", " UID SEEN", "[invalid]"},
    {"a quoted object id", " EMAILID \"M1\"", "[invalid]"},
    {"an object id with a dot", " EMAILID M1.2", "[invalid]"},
    {"no object id", " THREADID", "[invalid]"},
    {"a date of saving that is none", " SAVEDON today", "[invalid]"},
    {"an entry of something else", " MODSEQ \"/other\" all 1", "[invalid]"},
    {"an entry without its type", " MODSEQ \"/flags/x\" 1", "[invalid]"},
    {"a header without its name", " HEADER \"\" x", "[invalid]"},
    {"text in ISO 8859-1", " SUBJECT {4}\r\ngr\xFCn", "[invalid]"},
    {"text with NUL", std::string_view(" SUBJECT {3}\r\na\0b", 17), "[invalid]"},
};

TEST(Search, Keys) {
    for (const Case& c : kKeys)
        EXPECT_EQ(parsed(c.arguments, kR1, parse_search, show), c.want) << c.why;
}

TEST(Search, WhatWePrintWeParseBack) {
    for (const Case& c : kKeys) {
        const std::string printed = parsed(c.arguments, kR1, parse_search, show);
        if (printed == "[invalid]") continue;
        EXPECT_EQ(parsed(" " + printed, kR1, parse_search, show), printed) << c.why;
    }
}

TEST(Search, ReturnAndCharset) {
    constexpr Case kCases[] = {
        {"nothing named is ALL", " RETURN () SEEN", "[all ] SEEN"},
        {"some", " RETURN (MIN COUNT) SEEN", "[min count ] SEEN"},
        {"in any case and order", " return (save max ALL min) SEEN", "[min max all save ] SEEN"},
        {"SAVE alone", " RETURN (SAVE) SEEN", "[save ] SEEN"},
        {"kept up to date", " RETURN (CONTEXT UPDATE) SEEN", "[update context ] SEEN"},
        {"a charset", " CHARSET utf-8 SEEN", "{UTF-8} SEEN"},
        {"a quoted one", " CHARSET \"US-ASCII\" SEEN", "{US-ASCII} SEEN"},
        {"both", " RETURN (SAVE) CHARSET UTF-8 SEEN", "[save ] {UTF-8} SEEN"},
        {"an unknown one still tells what is saved", " RETURN (SAVE) CHARSET KOI8-R TEXT x",
         "[save ] {KOI8-R?} unread"},
        {"a part", " RETURN (PARTIAL 500:1) SEEN", "[500:1 ] SEEN"},
        {"a part from the end", " RETURN (COUNT PARTIAL -1:-100) SEEN", "[count -1:-100 ] SEEN"},
        {"a part and everything", " RETURN (ALL PARTIAL 1:2) SEEN", "[invalid]"},
        {"everything and a part", " RETURN (PARTIAL 1:2 ALL) SEEN", "[invalid]"},
        {"two parts", " RETURN (PARTIAL 1:2 PARTIAL 3:4) SEEN", "[invalid]"},
        {"a part from both ends", " RETURN (PARTIAL 1:-2) SEEN", "[invalid]"},
        {"the same the other way round", " RETURN (PARTIAL -1:2) SEEN", "[invalid]"},
        {"a part that begins at nothing", " RETURN (PARTIAL 0:2) SEEN", "[invalid]"},
        {"a part to the end", " RETURN (PARTIAL 1:*) SEEN", "[invalid]"},
        {"a part of one number", " RETURN (PARTIAL 1) SEEN", "[invalid]"},
        {"a part without a range", " RETURN (PARTIAL) SEEN", "[invalid]"},
        {"the charset comes second", " CHARSET UTF-8 RETURN (SAVE) SEEN", "[invalid]"},
        {"an unknown option", " RETURN (FOO) SEEN", "[invalid]"},
        {"no list", " RETURN SEEN", "[invalid]"},
        {"nothing behind", " RETURN (ALL)", "[invalid]"},
        {"a charset and no key", " CHARSET UTF-8", "[invalid]"},
        {"a charset within", " SEEN CHARSET UTF-8", "[invalid]"},
    };
    for (const Case& c : kCases)
        EXPECT_EQ(parsed(c.arguments, kR1, parse_search, show), c.want) << c.why;
}

TEST(Search, WhatIsAnswered) {
    const auto answers = [](const SearchArgs& args) {
        return std::string(args.answer.wants_answer() ? "yes" : "no");
    };
    EXPECT_EQ(parsed(" SEEN", kR1, parse_search, answers), "yes");
    EXPECT_EQ(parsed(" RETURN () SEEN", kR1, parse_search, answers), "yes");
    EXPECT_EQ(parsed(" RETURN (SAVE COUNT) SEEN", kR1, parse_search, answers), "yes");
    EXPECT_EQ(parsed(" RETURN (SAVE) SEEN", kR1, parse_search, answers), "no");
}

// RFC 9394 section 4.
TEST(Search, PlacesOfAPart) {
    const auto places = [](PartialRange range, std::size_t count) {
        const auto [begin, end] = range.places_in(count);
        return std::to_string(begin) + "-" + std::to_string(end);
    };
    constexpr std::uint32_t kMost = 4'294'967'295U;
    EXPECT_EQ(places({.first = 1, .last = 3}, 10), "0-3");
    EXPECT_EQ(places({.first = 3, .last = 1}, 10), "0-3");
    EXPECT_EQ(places({.first = 4, .last = kMost}, 10), "3-10");
    EXPECT_EQ(places({.first = 11, .last = 12}, 10), "10-10");
    EXPECT_EQ(places({.first = 1, .last = 3, .from_end = true}, 10), "7-10");
    EXPECT_EQ(places({.first = 5, .last = 2, .from_end = true}, 10), "5-9");
    EXPECT_EQ(places({.first = 9, .last = kMost, .from_end = true}, 10), "0-2");
    EXPECT_EQ(places({.first = kMost, .last = kMost, .from_end = true}, 10), "0-0");
    EXPECT_EQ(places({.first = 1, .last = 1}, 0), "0-0");
}

TEST(Search, WhatTheModeForbids) {
    for (const char* old : {" NEW", " OLD", " RECENT"}) {
        EXPECT_EQ(parsed(old, kR1, parse_search, show), std::string(old).substr(1));
        EXPECT_EQ(parsed(old, kU8, parse_search, show), std::string(old).substr(1));
        EXPECT_EQ(parsed(old, kR2, parse_search, show), "[invalid]");
    }
    EXPECT_EQ(parsed(" CHARSET UTF-8 SEEN", kU8, parse_search, show), "[invalid]");
    EXPECT_EQ(parsed(" CHARSET UTF-8 SEEN", kR2, parse_search, show), "{UTF-8} SEEN");
}

TEST(Search, Limits) {
    std::string nots = " ";
    for (std::size_t i = 1; i < kSearchDepthMax; ++i)
        nots += "NOT ";
    EXPECT_NE(parsed(nots + "SEEN", kR1, parse_search, show), "[limit]");
    EXPECT_EQ(parsed(nots + "NOT SEEN", kR1, parse_search, show), "[limit]");
    EXPECT_EQ(parsed(" " + std::string(kSearchDepthMax, '(') + "SEEN", kR1, parse_search, show),
              "[limit]");
    std::string many = " SEEN";
    for (std::size_t i = 0; i < kSearchKeysMax; ++i)
        many += " SEEN";
    EXPECT_EQ(parsed(many, kR1, parse_search, show), "[limit]");
}

// RFC 5267 section 5.
TEST(Search, CancelUpdate) {
    constexpr Case kCases[] = {
        {"one", " \"a1\"", "a1;"},
        {"several", " \"a1\" \"b\"", "a1;b;"},
        {"none", "", "[invalid]"},
        {"an atom", " a1", "[invalid]"},
        {"a literal", " {2}\r\na1", "[invalid]"},
        {"something behind it", " \"a1\" ", "[invalid]"},
    };
    const auto show_tags = [](const CancelUpdateArgs& args) {
        std::string out;
        for (const std::string& tag : args.tags)
            out += tag + ";";
        return out;
    };
    for (const Case& c : kCases)
        EXPECT_EQ(parsed(c.arguments, kR1, parse_cancelupdate, show_tags), c.want) << c.why;
}

}  // namespace
}  // namespace loam::imap
