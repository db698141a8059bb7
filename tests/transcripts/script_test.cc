#include "tests/transcripts/script.h"

#include <fstream>

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace loam::imap {
namespace {

struct Case {
    const char* why;
    const char* pattern;
    const char* text;
    bool want;
};
constexpr Case kCases[] = {
    {"equal", "* 3 EXISTS", "* 3 EXISTS", true},
    {"a star is a star", "* OK", "x OK", false},
    {"dots stand for anything", "a1 OK...", "a1 OK [X] done", true},
    {"also for nothing", "a1 OK...", "a1 OK", true},
    {"and in the middle", "* OK [UIDNEXT ...] ...", "* OK [UIDNEXT 4] next", true},
    {"what follows them must be there", "a ... z", "a b c", false},
    {"the end counts", "a1 OK", "a1 OK done", false},
    {"a capture is a word", "* OK [UIDVALIDITY $(v)] ...", "* OK [UIDVALIDITY 77] ok", true},
    {"the same one later", "$(v) $(v)", "7 7", true},
    {"another one is wrong", "$(v) $(v)", "7 8", false},
    {"a bracket ends a capture", "[$(v)", "[7]", false},
};

TEST(Script, MatchesWhatIsHeard) {
    for (const Case& c : kCases) {
        Captures captures;
        EXPECT_EQ(matches_script(c.pattern, c.text, captures), c.want) << c.why;
    }
}

TEST(Script, KeepsCapturesOnlyOfWhatMatched) {
    Captures captures;
    EXPECT_FALSE(matches_script("$(v) x", "7 y", captures));
    EXPECT_TRUE(captures.empty());
    EXPECT_TRUE(matches_script("$(v) y", "7 y", captures));
    EXPECT_EQ(captures["v"], "7");
}

TEST(Script, Unescapes) {
    EXPECT_EQ(unescape("a\\r\\nb\\x00\\xfF"), std::string("a\r\nb\0\xff", 6));
    EXPECT_EQ(unescape("(\\Seen \\*)"), "(\\Seen \\*)") << "flags are no escapes";
}

TEST(Script, ADialogueWithModesIsOneForEach) {
    const TempDir dir;
    const std::string path = dir.path() + "/modes.transcript";
    std::ofstream(path) << "== plain\nC1: a\n== [r1 r2] both\nr1| S1: * RECENT\nu8,r2| S1: * b\n"
                           "C1: x| y\n";
    const auto dialogues = read_script(path);
    ASSERT_EQ(dialogues.size(), 3U);
    EXPECT_EQ(dialogues[0].mode, "");
    EXPECT_EQ(dialogues[1].title, "both (r1)");
    ASSERT_EQ(dialogues[1].steps.size(), 2U);
    EXPECT_EQ(dialogues[1].steps[0].text, "* RECENT");
    EXPECT_EQ(dialogues[2].mode, "r2");
    ASSERT_EQ(dialogues[2].steps.size(), 2U);
    EXPECT_EQ(dialogues[2].steps[0].text, "* b");
    EXPECT_EQ(dialogues[2].steps[1].text, "x| y") << "only modes stand before a bar";
}

}  // namespace
}  // namespace loam::imap
