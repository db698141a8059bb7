#include "imapd/cmd/fetch_plan.h"

#include <gtest/gtest.h>

#include "imapd/cmd/fetch_line.h"

namespace loam::imap {
namespace {

FetchPlan plan_of(std::string_view arguments, bool by_uid) {
    CommandText text;
    EXPECT_TRUE(text.add_line(arguments));
    Lexer lexer(text);
    auto args = parse_fetch(lexer, {.mode = Mode::r1, .by_uid = by_uid});
    EXPECT_TRUE(args) << arguments;
    return make_plan(*std::move(args));
}

struct Case {
    const char* why;
    const char* arguments;
    bool by_uid;
    const char* steps;
    const char* needs;
};
constexpr Case kCases[] = {
    {"flags touch nothing but the view", " 1 FLAGS", false, "FLAGS ", ""},
    {"UID FETCH answers UID unasked", " 1 FLAGS", true, "UID FLAGS ", ""},
    {"but once", " 1 (UID FLAGS)", true, "UID FLAGS ", ""},
    {"ALL", " 1 ALL", false, "FLAGS INTERNALDATE RFC822.SIZE ENVELOPE ", "info"},
    {"what is long comes last", " 1 (BODY[] FLAGS)", false, "FLAGS BODY[] ", "info content seen"},
    {"PEEK leaves \\Seen alone", " 1 BODY.PEEK[TEXT]<0.5>", false, "BODY[TEXT]<0> ",
     "info content"},
    {"so does BINARY.SIZE", " 1 BINARY.SIZE[1]", false, "BINARY.SIZE[1] ", "info"},
    {"RFC822.HEADER is a peek", " 1 RFC822.HEADER", false, "RFC822.HEADER ", "info content"},
    {"RFC822 is not", " 1 RFC822", false, "RFC822 ", "info content seen"},
};

TEST(FetchPlan, KnowsWhatItNeeds) {
    for (const Case& c : kCases) {
        const FetchPlan plan = plan_of(c.arguments, c.by_uid);
        std::string steps;
        for (const FetchPlan::Step& step : plan.steps)
            steps += step.name + " ";
        EXPECT_EQ(steps, c.steps) << c.why;
        std::string needs;
        if (plan.needs_info) needs += "info ";
        if (plan.needs_content) needs += "content ";
        if (plan.sets_seen) needs += "seen ";
        if (!needs.empty()) needs.pop_back();
        EXPECT_EQ(needs, c.needs) << c.why;
    }
}

// multipart/mixed of a text, an attachment in an encoding nobody knows, and a message.
mail::Structure sample() {
    mail::Structure structure;
    structure.parts.resize(5);
    auto& parts = structure.parts;
    parts[0].multipart = true;
    parts[0].body_bytes = 100;
    for (std::size_t i : {1U, 2U, 3U}) {
        parts[i].parent = 0;
        parts[i].depth = 1;
        parts[i].body_bytes = 10 * i;
    }
    parts[1].decoded_bytes = 7;
    parts[1].nul_decoded = true;
    parts[2].transfer = mail::Encoding::unknown;
    parts[3].rfc822 = true;
    parts[4].parent = 3;
    parts[4].depth = 2;
    return structure;
}

std::string binary(std::vector<std::uint32_t> part, bool leaf_only) {
    const auto target = find_binary(sample(), {.part = std::move(part), .fields = {}}, leaf_only);
    if (!target) return std::string(to_string(target.error().code));
    if (!*target) return "none";
    return ((*target)->decoded ? "decoded " : "stored ") + std::to_string((*target)->bytes) +
           ((*target)->has_nul ? " nul" : "");
}

// RFC 9051 section 6.4.5, RFC 3516 section 4.
TEST(FetchPlan, FindsWhatBinaryMeans) {
    EXPECT_EQ(binary({1}, true), "decoded 7 nul");
    EXPECT_EQ(binary({2}, true), "unknown_cte");
    EXPECT_EQ(binary({9}, true), "none");
    EXPECT_EQ(binary({}, true), "unsupported") << "a multipart is no leaf";
    EXPECT_EQ(binary({3}, true), "unsupported") << "nor is a message";
    EXPECT_EQ(binary({3}, false), "stored 30") << "before IMAP4rev2 its octets are the answer";
}

}  // namespace
}  // namespace loam::imap
