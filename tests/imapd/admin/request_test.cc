// Requests and answers of the admin socket: docs/operations.md, "Admin socket". Why, line, what it
// is when it is printed again.
#include "imapd/admin/request.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "engine/record/rows.h"
#include "imapd/admin/answer.h"

namespace loam::admin {
namespace {

struct Case {
    const char* why;
    std::string_view line;
    std::string_view want;
};

constexpr std::string_view kRefused = "refused";
constexpr Case kCases[] = {
    {"a verb alone", R"({"do":"stats"})", R"({"do":"stats"})"},
    {"order and space do not matter", R"( {"name":"kim" , "do":"user delete"} )",
     R"({"do":"user delete","name":"kim"})"},
    {"limits that are not given stay away", R"({"do":"user quota","name":"kim"})",
     R"({"do":"user quota","name":"kim"})"},
    {"null lifts a limit, 0 allows nothing",
     R"({"do":"user quota","name":"kim","octets":null,"messages":0})",
     R"({"do":"user quota","name":"kim","octets":null,"messages":0})"},
    {"the largest number of IMAP",
     R"({"do":"user quota","name":"k","mailboxes":9223372036854775807})",
     R"({"do":"user quota","name":"k","mailboxes":9223372036854775807})"},
    {"what is not said of a search is as usual", R"({"do":"search","name":"k","text":"\u00e9"})",
     "{\"do\":\"search\",\"name\":\"k\",\"text\":\"\xC3\xA9\",\"in\":\"text\",\"build\":false,"
     "\"mailbox\":\"\"}"},
    {"the begin of an import", R"({"do":"import","name":"k"})", R"({"do":"import","name":"k"})"},
    {"a mailbox to import into", R"({"do":"import mailbox","mailbox":"a/b","create":true})",
     R"({"do":"import mailbox","mailbox":"a/b","create":true})"},
    {"a message before its octets",
     R"({"do":"import message","size":9,"date":-5,"flags":["\\seen","\\Draft"],"keywords":["$a","b c"]})",
     R"({"do":"import message","size":9,"flags":["\\Seen","\\Draft"],"keywords":["$a","b c"],"date":-5,)"
     R"("date_of_field":false})"},
    {"a keyword in the place of a flag", R"({"do":"import message","flags":["$a"]})", kRefused},
    {"a flag of the server's", R"({"do":"import message","flags":["\\Recent"]})", kRefused},
    {"a date beyond 63 bits", R"({"do":"import message","date":9223372036854775808})", kRefused},
    {"keywords in no list", R"({"do":"import message","keywords":"$a"})", kRefused},
    {"no uid", R"({"do":"import look","mailbox":"a"})", kRefused},
    {"uid 0", R"({"do":"import look","mailbox":"a","uid":0})", kRefused},
    {"a uid of 33 bits", R"({"do":"import look","mailbox":"a","uid":4294967296})", kRefused},
    {"one more than it can say", R"({"do":"user quota","name":"k","octets":9223372036854775808})",
     kRefused},
    {"a limit below 0", R"({"do":"user quota","name":"k","octets":-1})", kRefused},
    {"half a message", R"({"do":"user quota","name":"k","messages":1.5})", kRefused},
    {"a key of another verb", R"({"do":"user delete","name":"kim","octets":5})", kRefused},
    {"a key of no verb", R"({"do":"stats","force":true})", kRefused},
    {"a name that is no text", R"({"do":"user delete","name":["kim"]})", kRefused},
    {"no name", R"({"do":"user delete"})", kRefused},
    {"no secret", R"({"do":"user passwd","name":"kim"})", kRefused},
    {"no verb", R"({"name":"kim"})", kRefused},
    {"a verb of another day", R"({"do":"user promote","name":"kim"})", kRefused},
    {"a verb that is a number", R"({"do":7})", kRefused},
    {"build is yes or no", R"({"do":"search","name":"k","text":"x","build":1})", kRefused},
    {"two values", R"({"do":"stats"}{"do":"stats"})", kRefused},
    {"no object", R"(["stats"])", kRefused},
    {"no JSON", "stats", kRefused},
    {"octets that are not UTF-8", "{\"do\":\"user delete\",\"name\":\"\xFF\"}", kRefused},
    {"nothing", "", kRefused},
};

TEST(AdminRequest, ParsesAndPrints) {
    for (const Case& c : kCases) {
        const auto request = parse_request(c.line);
        const auto printed = request ? print_request(*request) : Result<std::string>("refused");
        ASSERT_TRUE(printed) << c.why;
        EXPECT_EQ(*printed, c.want) << c.why;
    }
}

TEST(AdminRequest, DepthAndLengthHaveABound) {
    const std::string deep(kRequestBytesMax / 2, '[');
    EXPECT_FALSE(parse_request(deep + std::string(deep.size(), ']')));
    EXPECT_FALSE(parse_request(R"({"do":"stats"})" + std::string(kRequestBytesMax, ' ')));
    EXPECT_FALSE(print_request({.verb = Verb::user_delete, .name = std::string(1U << 17, 'k')}));
    EXPECT_FALSE(print_request({.verb = Verb::user_delete, .name = "k\xFFm"}));
}

TEST(AdminAnswer, RowsAndTheEndComeBack) {
    const auto row = parse_answer(print_row(Row{{"name", "kim"}, {"octets", UINT64_MAX}}));
    ASSERT_TRUE(row && row->row);
    EXPECT_EQ((*row->row)["octets"], UINT64_MAX);
    EXPECT_TRUE(parse_answer(print_row(Row{{"name", "k\xFFm"}}))->row);
    const auto good = parse_answer(print_end(Status::good()));
    ASSERT_TRUE(good && !good->row);
    EXPECT_TRUE(good->end);
    const auto bad = parse_answer(print_end(fail(Errc::exists, "user kim exists already")));
    ASSERT_TRUE(bad && !bad->row && !bad->end);
    EXPECT_EQ(bad->end.error().code, Errc::exists);
    EXPECT_EQ(bad->end.error().what, "user kim exists already");
    EXPECT_EQ(parse_answer(R"({"error":"new","text":"x"})")->end.error().code, Errc::io);
    for (const char* line : {"", "{}", "[]", R"({"error":"io"})", R"({"error":1,"text":"x"})"})
        EXPECT_FALSE(parse_answer(line)) << line;
}

}  // namespace
}  // namespace loam::admin
