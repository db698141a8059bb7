// SORT and THREAD by hand-made digests: RFC 5256 section 3.
#include "engine/api/sort_order.h"

#include <gtest/gtest.h>

namespace loam {
namespace {

struct Mail {
    const char* id = "";
    std::vector<const char*> references{};
    std::string subject{};
    bool reply = false;
    std::int64_t sent = 0;  ///< 0: there is no Date field
};

std::vector<OrderedMessage> messages_of(const std::vector<Mail>& mails) {
    std::vector<OrderedMessage> messages;
    for (const Mail& mail : mails) {
        OrderedMessage message;
        message.uid = Uid{static_cast<std::uint32_t>(messages.size() + 1)};
        message.arrival_s = 1000 + message.uid.value;
        if (*mail.id != 0) message.digest.message_id = mail::hash_message_id(mail.id);
        for (const char* id : mail.references)
            message.digest.references.push_back(mail::hash_message_id(id));
        message.digest.base_subject = mail.subject;
        message.digest.reply_or_forward = mail.reply;
        if (mail.sent != 0) message.digest.sent_seconds = mail.sent;
        messages.push_back(std::move(message));
    }
    return messages;
}

/// "1(2(3)4)": a node, its children in parentheses; "-" is a message that is not there.
std::string show(const Threads& threads, const std::vector<std::uint32_t>& siblings) {
    std::string text;
    for (const std::uint32_t place : siblings) {
        const Threads::Node& node = threads.nodes[place];
        if (!text.empty()) text += ' ';
        text += node.uid ? std::to_string(node.uid->value) : "-";
        if (!node.children.empty()) text += "(" + show(threads, node.children) + ")";
    }
    return text;
}
std::string show(const Threads& threads) {
    return show(threads, threads.roots);
}

TEST(Threads, ByReferences) {
    struct Case {
        const char* why;
        std::vector<Mail> mails;
        const char* want;
    };
    const Case kCases[] = {
        {"nothing", {}, ""},
        {"strangers, by date", {{"a", {}, "x", false, 20}, {"b", {}, "y", false, 10}}, "2 1"},
        {"no date: when it arrived", {{"a"}, {"b", {}, "", false, 1001}, {"c"}}, "1 2 3"},
        {"a reply", {{"a"}, {"b", {"a"}}}, "1(2)"},
        {"a reply that came first", {{"b", {"a"}}, {"a"}}, "2(1)"},
        {"a chain", {{"a"}, {"b", {"a"}}, {"c", {"a", "b"}}}, "1(2(3))"},
        {"the middle is missing: its reply stands in its place",
         {{"a"}, {"c", {"a", "b"}}, {"d", {"a", "b"}}},
         "1(2 3)"},
        {"the beginning is missing, one reply", {{"b", {"a"}}}, "1"},
        {"the beginning is missing, two replies", {{"b", {"a"}}, {"c", {"a"}}}, "-(1 2)"},
        {"a loop of two", {{"a", {"b"}}, {"b", {"a"}}}, "2(1)"},
        {"a message that refers to itself", {{"a", {"a"}}}, "1"},
        {"two with one id: the second has none", {{"a"}, {"a"}, {"b", {"a"}}}, "1(3) 2"},
        {"its own references count more than others' of it",
         {{"c", {"a", "b"}}, {"b", {"x"}}, {"x"}, {"a"}},
         "3(2(1)) 4"},
        {"one subject: replies gather below the first",
         {{"a", {}, "S"}, {"b", {}, "S", true}, {"c", {}, "S", true}},
         "1(2 3)"},
        {"one subject, none a reply: side by side", {{"a", {}, "S"}, {"b", {}, "S"}}, "-(1 2)"},
        {"a reply that came before", {{"b", {}, "S", true}, {"a", {}, "S"}}, "2(1)"},
        {"replies only", {{"b", {}, "S", true}, {"c", {}, "S", true}}, "-(1 2)"},
        {"three of them", {{"a", {}, "S"}, {"b", {}, "S"}, {"c", {}, "S"}}, "-(1 2 3)"},
        {"no subject gathers nothing", {{"a"}, {"b"}}, "1 2"},
        {"two threads whose beginnings are missing",
         {{"b", {"a"}, "S", true},
          {"c", {"a"}, "S", true},
          {"e", {"d"}, "S", true},
          {"f", {"d"}, "S", true}},
         "-(1 2 3 4)"},
        {"siblings by date",
         {{"a", {}, "", false, 5}, {"b", {"a"}, "", false, 30}, {"c", {"a"}, "", false, 20}},
         "1(3 2)"},
    };
    for (const Case& one : kCases)
        EXPECT_EQ(show(thread_by_references(messages_of(one.mails))), one.want) << one.why;
}

TEST(Threads, LongChainsAreNoDanger) {
    constexpr std::uint32_t kMessages = 200'000;
    std::vector<OrderedMessage> messages(kMessages);
    for (std::uint32_t i = 0; i < kMessages; ++i) {
        messages[i].uid = Uid{i + 1};
        messages[i].arrival_s = i;
        messages[i].digest.message_id = i + 1;
        if (i > 0) messages[i].digest.references = {i};
    }
    Threads threads = thread_by_references(messages);
    ASSERT_EQ(threads.roots.size(), 1U);
    std::uint32_t depth = 1;
    for (std::uint32_t at = threads.roots[0]; !threads.nodes[at].children.empty(); ++depth)
        at = threads.nodes[at].children[0];
    EXPECT_EQ(depth, kMessages);
}

TEST(Threads, BySubject) {
    const auto messages = messages_of({{"a", {}, "S", false, 50},
                                       {"b", {}, "T", false, 10},
                                       {"c", {}, "S", true, 40},
                                       {"d", {}, "S", true, 60},
                                       {"e", {}, "", false, 5},
                                       {"f", {}, "", false, 6}});
    EXPECT_EQ(show(thread_by_subject(messages)), "5(6) 2 3(1 4)");
}

TEST(Sort, ByEachKey) {
    std::vector<OrderedMessage> messages = messages_of(
        {{"a", {}, "B", false, 30}, {"b", {}, "A", false, 20}, {"c", {}, "A", true, 40}, {"d"}});
    messages[0].size = 5;
    messages[1].size = 9;
    messages[2].size = 5;
    messages[0].arrival_s = 7;
    const char* names[] = {"M", "", "A", "Z"};
    for (std::size_t i = 0; i < 4; ++i) {
        messages[i].digest.from_mailbox = names[i];
        messages[i].digest.to_mailbox = names[3 - i];
        messages[i].digest.cc_mailbox = names[(i + 1) % 4];
        messages[i].digest.from_display = names[(i + 2) % 4];
        messages[i].digest.to_display = names[(i + 3) % 4];
    }
    struct Case {
        const char* why;
        std::vector<SortCriterion> criteria;
        std::vector<std::uint32_t> want;
    };
    using enum SortKey;
    const Case kCases[] = {
        {"arrival", {{arrival}}, {1, 2, 3, 4}},
        {"date, or arrival where there is none", {{date}}, {2, 1, 3, 4}},
        {"date, the other way", {{date, true}}, {4, 3, 1, 2}},
        {"size, equal ones as they stand", {{size}}, {4, 1, 3, 2}},
        {"size backwards: equal ones still as they stand", {{size, true}}, {2, 1, 3, 4}},
        {"subject: the empty one first", {{subject}}, {4, 2, 3, 1}},
        {"subject, then date backwards", {{subject}, {date, true}}, {4, 3, 2, 1}},
        {"from", {{from}}, {2, 3, 1, 4}},
        {"to", {{to}}, {3, 2, 4, 1}},
        {"cc", {{cc}}, {1, 2, 4, 3}},
        {"display from", {{display_from}}, {4, 1, 3, 2}},
        {"display to", {{display_to}}, {3, 4, 2, 1}},
    };
    for (const Case& one : kCases) {
        std::vector<std::uint32_t> have;
        for (const Uid uid : sort_messages(messages, one.criteria))
            have.push_back(uid.value);
        EXPECT_EQ(have, one.want) << one.why;
    }
}

}  // namespace
}  // namespace loam
