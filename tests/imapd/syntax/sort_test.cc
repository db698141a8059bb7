#include "imapd/syntax/sort.h"

#include <gtest/gtest.h>

#include "tests/imapd/syntax/parse.h"

namespace loam::imap {
namespace {

std::string show_search(const SearchArgs& search) {
    std::string out = search.by_uid ? "uid " : "";
    if (search.answer.given) out += search.answer.all ? "[all] " : "[] ";
    if (search.answer.partial) out += "[" + to_string(*search.answer.partial) + "] ";
    out += search.charset + (search.charset_known ? " " : "? ");
    return out + (search.charset_known ? to_string(search.key) : "unread");
}

std::string show_sort(const SortArgs& args) {
    static constexpr const char* kNames[] = {
        "arrival", "cc", "date", "displayfrom", "displayto", "from", "size", "subject", "to"};
    std::string out;
    for (const SortTerm& term : args.terms)
        out += (term.reverse ? "-" : "+") + std::string(kNames[static_cast<int>(term.field)]) + " ";
    return out + show_search(args.search);
}

std::string show_thread(const ThreadArgs& args) {
    return (args.by_references ? "references " : "subject ") + show_search(args.search);
}

constexpr Case kSorts[] = {
    {"one criterion", " (SUBJECT) UTF-8 ALL", "+subject UTF-8 ALL"},
    {"each of them", " (ARRIVAL CC DATE FROM SIZE SUBJECT TO displayfrom DISPLAYTO) us-ascii ALL",
     "+arrival +cc +date +from +size +subject +to +displayfrom +displayto US-ASCII ALL"},
    {"backwards counts for one", " (REVERSE DATE FROM) UTF-8 SEEN", "-date +from UTF-8 SEEN"},
    {"several keys", " (DATE) UTF-8 SEEN FROM a", "+date UTF-8 (SEEN FROM \"a\")"},
    {"the charset may be quoted", " (DATE) \"utf-8\" ALL", "+date UTF-8 ALL"},
    {"what to return comes first", " RETURN () (DATE) UTF-8 ALL", "+date [all] UTF-8 ALL"},
    {"a part of it", " RETURN (PARTIAL 1:2 COUNT) (DATE) UTF-8 ALL", "+date [] [1:2] UTF-8 ALL"},
    {"an unknown charset ends it", " (DATE) KOI8-R SUBJECT {1}\r\nx", "+date KOI8-R? unread"},
    {"no criterion", " () UTF-8 ALL", "[invalid]"},
    {"an unknown criterion", " (COLOUR) UTF-8 ALL", "[invalid]"},
    {"backwards of nothing", " (REVERSE) UTF-8 ALL", "[invalid]"},
    {"backwards twice", " (REVERSE REVERSE DATE) UTF-8 ALL", "[invalid]"},
    {"no charset", " (DATE) ALL", "[invalid]"},
    {"no keys", " (DATE) UTF-8", "[invalid]"},
    {"no list", " DATE UTF-8 ALL", "[invalid]"},
};

constexpr Case kThreads[] = {
    {"by references", " REFERENCES UTF-8 ALL", "references UTF-8 ALL"},
    {"by subject", " orderedsubject US-ASCII SINCE 1-Jan-2000",
     "subject US-ASCII SINCE 1-Jan-2000"},
    {"by what nobody knows", " REFS UTF-8 ALL", "[invalid]"},
    {"no charset", " REFERENCES ALL", "[invalid]"},
    {"nothing", "", "[invalid]"},
};

TEST(Sort, Parses) {
    for (const Case& c : kSorts)
        EXPECT_EQ(parsed(c.arguments, kR1, parse_sort, show_sort), c.want) << c.why;
    EXPECT_EQ(parsed(" (DATE) UTF-8 1", kByUid, parse_sort, show_sort), "+date uid UTF-8 1");
    std::string many = " (";
    for (std::size_t i = 0; i <= kSortTermsMax; ++i)
        many += "DATE ";
    many.back() = ')';
    EXPECT_EQ(parsed(many + " UTF-8 ALL", kR1, parse_sort, show_sort), "[limit]");
}

TEST(Thread, Parses) {
    for (const Case& c : kThreads)
        EXPECT_EQ(parsed(c.arguments, kR1, parse_thread, show_thread), c.want) << c.why;
}

}  // namespace
}  // namespace loam::imap
