#include "imapd/session/vanished.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace loam::imap {
namespace {

std::string written(const UidSet& uids, Vanished form) {
    std::string out;
    ResponseWriter writer(out, Mode::r1);
    write_vanished(writer, uids, form);
    return out;
}

// RFC 7162 section 3.2.10.
TEST(Vanished, HasTwoForms) {
    const UidSet uids{{Uid{1}, Uid{5}}, {Uid{7}, Uid{7}}};
    EXPECT_EQ(written(uids, Vanished::now), "* VANISHED 1:5,7\r\n");
    EXPECT_EQ(written(uids, Vanished::earlier), "* VANISHED (EARLIER) 1:5,7\r\n");
    EXPECT_EQ(written({}, Vanished::now), "");
}

TEST(Vanished, KeepsItsLinesShort) {
    UidSet uids;
    for (std::uint32_t uid = 4'000'000'000; uid < 4'000'002'000; uid += 4)
        uids.add({Uid{uid}, Uid{uid + 1}});
    const std::string out = written(uids, Vanished::now);
    std::size_t lines = 0;
    for (std::size_t at = 0; at < out.size(); ++lines) {
        const std::size_t end = out.find("\r\n", at);
        EXPECT_LE(end - at, 8192U);
        at = end + 2;
    }
    EXPECT_EQ(lines, 2U);
}

struct Match {
    const char* why;
    const char* seqs;
    const char* uids;
    std::uint32_t up_to;
};

// A mailbox with uids 3, 6, 9, 12. RFC 7162 section 3.2.5.2.
TEST(Vanished, KnowsWhatTheClientIsSureOf) {
    const std::vector<Uid> present{Uid{3}, Uid{6}, Uid{9}, Uid{12}};
    const Match cases[] = {
        {"all as remembered", "1:4", "3,6,9,12", 12},
        {"the second is another by now", "1:2", "3,7", 3},
        {"none", "1", "4", 0},
        {"numbers beyond the end", "3,9", "9,27", 9},
        {"very many cost nothing", "1:4294967295", "1:4294967295", 0},
    };
    for (const Match& c : cases) {
        const QresyncParam::SeqMatch match{.seqs = *parse_uid_set(c.seqs),
                                           .uids = *parse_uid_set(c.uids)};
        EXPECT_EQ(matched_up_to(match, present).value, c.up_to) << c.why;
    }
}

TEST(Vanished, CutsSetsToWhatEverWas) {
    const NumSet asked = *parse_uid_set("1:5,9:4294967295");
    EXPECT_EQ(uids_between(asked, Uid{2}, Uid{12}), (UidSet{{Uid{3}, Uid{5}}, {Uid{9}, Uid{11}}}));
    EXPECT_TRUE(uids_between(asked, Uid{0}, Uid{1}).empty());
    EXPECT_TRUE(uids_between(asked, Uid{5}, Uid{9}).empty());
}

TEST(UidSetMinus, LeavesTheRest) {
    const UidSet uids{{Uid{1}, Uid{10}}, {Uid{20}, Uid{4'294'967'295}}};
    const UidSet other{{Uid{1}, Uid{2}}, {Uid{5}, Uid{6}}, {Uid{10}, Uid{25}}};
    EXPECT_EQ(uids.minus(other),
              (UidSet{{Uid{3}, Uid{4}}, {Uid{7}, Uid{9}}, {Uid{26}, Uid{4'294'967'295}}}));
    EXPECT_EQ(uids.minus({}), uids);
    EXPECT_TRUE(uids.minus(uids).empty());
}

}  // namespace
}  // namespace loam::imap
