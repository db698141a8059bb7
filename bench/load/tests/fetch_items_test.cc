#include "bench/load/fetch_items.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace loam::load {
namespace {

/// The items of one response as `name=value|name=value`, or what was wrong with it.
std::string items_of(std::string_view octets) {
    ResponseReader reader;
    reader.feed(octets);
    auto next = reader.next();
    if (!next || !next->has_value()) return "no response";
    const auto fetch = parse_fetch(**next);
    if (!fetch) return std::string(to_string(fetch.error().code));
    const auto& data = *fetch;
    if (!data.has_value()) return "other";
    std::string out = std::to_string(data->number) + ":";
    for (const FetchItem& item : data->items)
        out += "|" + std::string(item.name) + "=" + std::string(item.value);
    return out;
}

struct Case {
    std::string_view why;
    std::string_view octets;
    std::string_view want;
};

constexpr Case kCases[] = {
    {"numbers and lists", "* 3 FETCH (UID 7 FLAGS (\\Seen $Junk))\r\n",
     "3:|UID=7|FLAGS=(\\Seen $Junk)"},
    {"an empty list", "* 3 FETCH (FLAGS ())\r\n", "3:|FLAGS=()"},
    {"a section with spaces is part of the name",
     "* 1 FETCH (BODY[HEADER.FIELDS (TO CC)] {2}\r\nab)\r\n", "1:|BODY[HEADER.FIELDS (TO CC)]=ab"},
    {"an origin octet", "* 1 FETCH (BODY[]<5> \"x)\")\r\n", "1:|BODY[]<5>=\"x)\""},
    {"NIL", "* 1 FETCH (BODY[] NIL)\r\n", "1:|BODY[]=NIL"},
    {"a literal that looks like more items", "* 1 FETCH (BODY[] {9}\r\n) UID 5 ( UID 6)\r\n",
     "1:|BODY[]=) UID 5 (|UID=6"},
    {"a literal inside a list", "* 1 FETCH (ENVELOPE (NIL {3}\r\na)b \"c\") UID 6)\r\n",
     "1:|ENVELOPE=(NIL {3}\r\na)b \"c\")|UID=6"},
    {"adjacent lists", "* 1 FETCH (BODYSTRUCTURE ((\"a\" 1)(\"b\" 2) \"mixed\"))\r\n",
     "1:|BODYSTRUCTURE=((\"a\" 1)(\"b\" 2) \"mixed\")"},
    {"not a FETCH", "* 3 EXISTS\r\n", "other"},
    {"a tag is no data", "a1 OK 1 FETCH (\r\n", "other"},
    {"there is no message zero", "* 0 FETCH (UID 1)\r\n", "corrupt"},
    {"a value is missing", "* 1 FETCH (UID)\r\n", "corrupt"},
    {"no items at all", "* 1 FETCH ()\r\n", "corrupt"},
    {"no list", "* 1 FETCH UID 3\r\n", "corrupt"},
    {"something after the list", "* 1 FETCH (UID 1) x\r\n", "corrupt"},
    {"two spaces", "* 1 FETCH (UID  1)\r\n", "corrupt"},
};

TEST(FetchItems, TakesFetchResponsesApart) {
    for (const Case& c : kCases)
        EXPECT_EQ(items_of(c.octets), c.want) << c.why;
}

std::string count_of(std::string_view octets) {
    ResponseReader reader;
    reader.feed(octets);
    auto next = reader.next();
    if (!next || !next->has_value()) return "no response";
    const auto found = count_found(**next);
    return found ? std::to_string(*found) : "other";
}

TEST(FetchItems, CountsWhatASearchFound) {
    EXPECT_EQ(count_of("* SEARCH\r\n"), "0");
    EXPECT_EQ(count_of("* SEARCH 4 7 9\r\n"), "3");
    EXPECT_EQ(count_of("* ESEARCH (TAG \"a\") UID ALL 1:3,7,10:9\r\n"), "6");
    EXPECT_EQ(count_of("* ESEARCH (TAG \"a\") UID\r\n"), "0");
    EXPECT_EQ(count_of("* 3 EXISTS\r\n"), "other");
}

TEST(FetchItems, ReadsTheNumberBeforeAWord) {
    ResponseReader reader;
    reader.feed("* 12 EXISTS\r\n* 3 RECENT\r\n");
    const auto first = reader.next();
    ASSERT_TRUE(first.ok() && (*first).has_value());
    EXPECT_EQ(number_before(**first, "EXISTS"), 12U);
    EXPECT_EQ(number_before(**first, "RECENT"), std::nullopt);
}

}  // namespace
}  // namespace loam::load
