#include "imapd/wire/list_pattern.h"

#include <random>
#include <string>

#include <gtest/gtest.h>

#include "engine/base/limits.h"

namespace loam::imap {
namespace {

struct MatchCase {
    const char* why;
    std::string_view pattern;
    std::string_view name;
    bool want;
};
constexpr MatchCase kMatches[] = {
    {"star takes all", "*", "a/b/c", true},
    {"percent takes one level", "%", "a", true},
    {"and no more", "%", "a/b", false},
    {"a level below", "a/%", "a/b", true},
    {"not the parent", "a/%", "a", false},
    {"percent may be empty", "a%", "a", true},
    {"star may be empty", "a*", "a", true},
    {"two levels", "%/%", "a/b", true},
    {"a suffix at any depth", "*/z", "a/b/z", true},
    {"percent between letters", "a%c", "abbc", true},
    {"percent does not cross", "a%c", "ab/c", false},
    {"star then percent", "*b%", "a/b/bc", true},
    {"star then percent that would have to cross", "*b%", "ab/c", false},
    {"case matters", "a", "A", false},
    {"nothing is not everything", "", "a", false},
    {"nothing is nothing", "", "", true},
    {"a plain name", "INBOX", "INBOX", true},
    {"a longer name", "INBOX", "INBOX2", false},
    {"octets of UTF-8 are no wildcards", "\u00FC%", "\u00FCber", true},
};

TEST(ListPattern, Matches) {
    for (const MatchCase& c : kMatches)
        EXPECT_EQ(matches_pattern(c.pattern, c.name), c.want)
            << c.why << ": " << c.pattern << " on " << c.name;
}

/// The definition itself, slow and plain.
bool matches_plainly(std::string_view pattern, std::string_view name) {
    if (pattern.empty()) return name.empty();
    const std::string_view rest = pattern.substr(1);
    if (pattern[0] != '*' && pattern[0] != '%')
        return !name.empty() && name[0] == pattern[0] && matches_plainly(rest, name.substr(1));
    for (std::size_t i = 0;; ++i) {
        if (matches_plainly(rest, name.substr(i))) return true;
        if (i == name.size() || (pattern[0] == '%' && name[i] == '/')) return false;
    }
}

TEST(ListPattern, AgreesWithTheDefinition) {
    std::mt19937 random(3);  // NOLINT: the same run every time
    const auto pick = [&](std::string_view from, std::size_t most) {
        std::string out;
        const auto length = random() % (most + 1);
        for (std::size_t i = 0; i < length; ++i)
            out += from[random() % from.size()];
        return out;
    };
    int matched = 0;
    for (int i = 0; i < 100'000; ++i) {
        const std::string pattern = pick("ab/*%", 6);
        const std::string name = pick("ab/", 8);
        const bool want = matches_plainly(pattern, name);
        matched += want ? 1 : 0;
        ASSERT_EQ(matches_pattern(pattern, name), want) << pattern << " on " << name;
    }
    EXPECT_GT(matched, 1000);
}

TEST(ListPattern, ManyWildcardsStayCheap) {
    std::string pattern;
    for (int i = 0; i < 500; ++i)
        pattern += "*a%";
    pattern += 'b';
    EXPECT_FALSE(matches_pattern(pattern, std::string(kMailboxNameBytesMax, 'a')));
}

struct PatternCase {
    const char* why;
    Mode mode;
    std::string reference;
    std::string pattern;
    std::string want;  // "none" where nothing can match
};
const PatternCase kPatterns[] = {
    {"joined as they stand", Mode::r1, "Work/", "%", "Work/%"},
    {"no separator is added", Mode::r1, "Work", "%", "Work%"},
    {"each is decoded", Mode::r1, "&APw-/", "&APY-*", "\u00FC/\u00F6*"},
    {"a wildcard between runs", Mode::r1, "", "&APw-*&APY-", "\u00FC*\u00F6"},
    {"a wildcard does not end a run", Mode::r1, "", "&APw*", "none"},
    {"a bare ampersand", Mode::r1, "", "R&D", "none"},
    {"a bad reference", Mode::r1, "R&D", "*", "none"},
    {"a run over both does not decode", Mode::r1, "&AP", "w-", "none"},
    {"8-bit in R1 is literal", Mode::r1, "", "\u00FC&*", "\u00FC&*"},
    {"UTF-8 mode does not decode", Mode::r2, "", "R&D*", "R&D*"},
    {"not UTF-8", Mode::r2, "", "\xFF*", "none"},
    {"NFC over the joint", Mode::r2, "A", "\u030A", "\u00C5"},
    {"INBOX in any case", Mode::r2, "", "inbox", "INBOX"},
    {"INBOX over the joint", Mode::r2, "in", "box/%", "INBOX/%"},
    {"a wildcard is no letter of INBOX", Mode::r2, "", "inbo%", "inbo%"},
    {"a control can match nothing", Mode::r2, "", "a\tb", "none"},
};

TEST(ListPattern, CanonicalForm) {
    for (const PatternCase& c : kPatterns) {
        const auto pattern = canonical_pattern(c.reference, c.pattern, c.mode);
        ASSERT_TRUE(pattern) << c.why;
        EXPECT_EQ(pattern->value_or("none"), c.want) << c.why;
    }
    const std::string longer(kMailboxNameBytesMax + 1, 'a');
    EXPECT_EQ(canonical_pattern("", longer, Mode::r2).error().code, Errc::limit);
}

}  // namespace
}  // namespace loam::imap
