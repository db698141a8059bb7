#include "imapd/session/announced.h"

#include <sstream>

#include <gtest/gtest.h>

namespace loam::imap {
namespace {

Change change(Change::Kind kind, UidSet uids) {
    return {.kind = kind, .uids = std::move(uids), .modseq = {}};
}
Change arrived(std::uint32_t first, std::uint32_t last) {
    return change(Change::Kind::arrived, {{Uid{first}, Uid{last}}});
}
Change flags(std::uint32_t first, std::uint32_t last) {
    return change(Change::Kind::flags, {{Uid{first}, Uid{last}}});
}
Change expunged(std::uint32_t first, std::uint32_t last) {
    return change(Change::Kind::expunged, {{Uid{first}, Uid{last}}});
}

// "EXPUNGE 2 2 EXISTS 4 FLAGS 1:2" for what one safe point tells.
std::string told(const Announced& announced, const Announced::News& news) {
    std::ostringstream out;
    if (!news.expunged.empty()) out << "EXPUNGE";
    for (const std::uint32_t number : news.expunged)
        out << ' ' << number;
    if (!news.arrived.empty())
        out << (out.tellp() > 0 ? " " : "") << "EXISTS " << announced.exists();
    if (!news.flags.empty()) {
        out << (out.tellp() > 0 ? " " : "") << "FLAGS " << to_string(news.flags);
    }
    return out.str();
}

struct Case {
    const char* why;
    std::vector<Change> changes;
    bool may_expunge;
    const char* now;    ///< at the first safe point, as `may_expunge` says
    const char* later;  ///< at the next one, where everything may be told
};

// A client that knows uids 10, 20, 30, 40, 50 as 1 to 5. RFC 9051 section 7.5.1.
TEST(Announced, TellsAtSafePoints) {
    const std::vector<Case> cases = {
        {"nothing happened", {}, true, "", ""},
        {"a new message is told at once, even during FETCH",
         {arrived(60, 60)},
         false,
         "EXISTS 6",
         ""},
        {"an expunge waits while numbers are in use", {expunged(20, 20)}, false, "", "EXPUNGE 2"},
        {"and is told where it may be", {expunged(20, 20)}, true, "EXPUNGE 2", ""},
        {"each expunge moves the rest down", {expunged(20, 30)}, true, "EXPUNGE 2 2", ""},
        {"scattered ones too",
         {expunged(10, 10), expunged(30, 30), expunged(50, 50)},
         true,
         "EXPUNGE 1 2 3",
         ""},
        {"all of them", {expunged(1, 99)}, true, "EXPUNGE 1 1 1 1 1", ""},
        {"what came and went before it was told never was",
         {arrived(60, 60), expunged(60, 60)},
         true,
         "",
         ""},
        {"nor while the expunge waits", {arrived(60, 60), expunged(60, 60)}, false, "", ""},
        {"new ones count after those that went",
         {expunged(10, 10), arrived(60, 61)},
         true,
         "EXPUNGE 1 EXISTS 6",
         ""},
        {"until the expunge is told the old ones count too",
         {expunged(10, 10), arrived(60, 61)},
         false,
         "EXISTS 7",
         "EXPUNGE 1"},
        {"flags carry the numbers after the expunge",
         {expunged(10, 10), flags(30, 40)},
         true,
         "EXPUNGE 1 FLAGS 2:3",
         ""},
        {"flags of new messages are no news",
         {arrived(60, 60), flags(50, 60)},
         true,
         "EXISTS 6 FLAGS 5",
         ""},
        {"an arrival told twice is one", {arrived(60, 60), arrived(60, 60)}, true, "EXISTS 6", ""},
        {"a mailbox that is gone has no messages",
         {change(Change::Kind::gone, {})},
         true,
         "EXPUNGE 1 1 1 1 1",
         ""},
    };
    for (const Case& c : cases) {
        Announced announced({Uid{10}, Uid{20}, Uid{30}, Uid{40}, Uid{50}});
        for (const Change& each : c.changes)
            announced.note(each, false);
        const auto now = announced.settle(c.may_expunge);
        EXPECT_EQ(told(announced, now), c.now) << c.why;
        const auto later = announced.settle(true);
        EXPECT_EQ(told(announced, later), c.later) << c.why;
        EXPECT_FALSE(announced.pending()) << c.why;
    }
}

TEST(Announced, IsSilentAboutItsOwnFlags) {
    Announced announced({Uid{10}, Uid{20}});
    announced.note(flags(10, 20), true);
    EXPECT_FALSE(announced.pending());
    announced.note(expunged(10, 10), true);
    EXPECT_TRUE(announced.expunge_pending()) << "an own EXPUNGE is answered like any other";
}

// RFC 7162 section 3.2: never above an expunge that waits.
TEST(Announced, KnowsUpToWhereTheClientWasTold) {
    Announced announced({Uid{10}, Uid{20}});
    EXPECT_EQ(announced.told_up_to(Modseq{50}), Modseq{50});
    announced.note({.kind = Change::Kind::expunged,
                    .uids = {{Uid{10}, Uid{10}}},
                    .modseq = Modseq{45},
                    .oldest_modseq = Modseq{40}},
                   false);
    EXPECT_EQ(announced.told_up_to(Modseq{50}), Modseq{39});
    EXPECT_TRUE(announced.settle(false).vanished.empty());
    EXPECT_EQ(announced.told_up_to(Modseq{50}), Modseq{39});
    EXPECT_EQ(announced.settle(true).vanished, (UidSet{{Uid{10}, Uid{10}}}));
    EXPECT_EQ(announced.told_up_to(Modseq{50}), Modseq{50});
}

TEST(Announced, TranslatesBetweenNumbersAndUids) {
    const Announced announced({Uid{10}, Uid{20}, Uid{30}, Uid{40}, Uid{50}});
    EXPECT_EQ(announced.number_of(Uid{30})->value, 3U);
    EXPECT_FALSE(announced.number_of(Uid{31}));
    EXPECT_EQ(to_string(announced.numbers_of({{Uid{15}, Uid{45}}})), "2:4");
    EXPECT_EQ(to_string(announced.numbers_of_uids(*parse_uid_set("1:9,50,99:4294967295"))), "5");
    EXPECT_EQ(announced.uids_of(*parse_uid_set("1,3:4")).to_vector(),
              (std::vector<Uid>{Uid{10}, Uid{30}, Uid{40}}));
    EXPECT_EQ(announced.count_of({{Uid{1}, Uid{99}}}), 5U);
}

}  // namespace
}  // namespace loam::imap
