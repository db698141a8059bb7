#include "tests/transcripts/script.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace loam::imap
