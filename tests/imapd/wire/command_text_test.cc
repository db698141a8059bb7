#include "imapd/wire/command_text.h"

#include <string>

#include <gtest/gtest.h>

namespace loam::imap {
namespace {

std::string shown(std::string_view line) {
    const auto suffix = parse_literal_suffix(line);
    if (!suffix) return "refused";
    if (!*suffix) return "none";
    const LiteralSuffix& s = **suffix;
    return std::to_string(s.size_bytes) + (s.non_sync ? " non_sync" : "") +
           (s.binary ? " binary" : "") + " at " + std::to_string(s.at_bytes);
}

struct SuffixCase {
    const char* why;
    std::string_view line;
    std::string_view want;
};
constexpr SuffixCase kSuffixes[] = {
    {"a synchronising literal", "a LOGIN {5}", "5 at 8"},
    {"a non-synchronising one", "a LOGIN {5+}", "5 non_sync at 8"},
    {"literal8 begins at its tilde", "a APPEND x ~{9}", "9 binary at 11"},
    {"literal8 may be non-synchronising", "a APPEND x ~{9+}", "9 non_sync binary at 11"},
    {"inside the parenthesis of UTF8", "a APPEND x UTF8 (~{9}", "9 binary at 17"},
    {"no octets is a size", "a {0}", "0 at 2"},
    {"leading zeros change nothing", "a {007}", "7 at 2"},
    {"the greatest size", "{9223372036854775807}", "9223372036854775807 at 0"},
    {"only the last brace counts", "{1} {2}", "2 at 4"},
    {"one beyond 63 bits cannot be skipped over", "{9223372036854775808}", "refused"},
    {"many digits do not wrap around", "{18446744073709551617}", "refused"},
    {"nothing in it", "a {}", "none"},
    {"only a plus", "a {+}", "none"},
    {"a sign", "a {-1}", "none"},
    {"two pluses", "a {1++}", "none"},
    {"a space before the brace closes", "a {1 }", "none"},
    {"something behind it", "a {1} ", "none"},
    {"the end of a quoted string", "a \"{1}\"", "none"},
    {"a closing brace alone", "a 1}", "none"},
    {"an empty line", "", "none"},
};

TEST(LiteralSuffix, IsFoundOnlyAtTheEndOfTheLine) {
    for (const SuffixCase& c : kSuffixes)
        EXPECT_EQ(shown(c.line), c.want) << c.why;
}

TEST(CommandText, KeepsLinesWithoutTheAnnouncementAndLiteralsBetween) {
    CommandText text;
    const auto announced = text.add_line("a LOGIN {3}");
    ASSERT_TRUE(announced && *announced);
    EXPECT_TRUE(text.pending());
    ASSERT_TRUE(text.add_literal("kim"));
    EXPECT_FALSE(text.pending());
    const auto last = text.add_line(" secret");
    ASSERT_TRUE(last);
    EXPECT_FALSE(*last);

    ASSERT_EQ(text.pieces().size(), 3U);
    EXPECT_EQ(text.pieces()[0].octets, "a LOGIN ");
    EXPECT_TRUE(text.pieces()[1].is_literal);
    EXPECT_EQ(text.pieces()[1].octets, "kim");
    EXPECT_EQ(text.pieces()[2].at_bytes, 14U);
    EXPECT_EQ(text.size_bytes(), 21U);
    text.clear();
    EXPECT_TRUE(text.empty());
    EXPECT_EQ(text.size_bytes(), 0U);
}

TEST(CommandText, RefusesMoreThanACommandMayHold) {
    CommandText text;
    ASSERT_TRUE(text.add_line(std::string(kCommandBytesMax, 'x')));
    EXPECT_EQ(text.add_line("y").error().code, Errc::limit);

    CommandText longer;
    EXPECT_EQ(longer.add_line(std::string(kCommandBytesMax + 1, 'x')).error().code, Errc::limit);
}

TEST(CommandText, RefusesALiteralThatIsNoArgumentAnyMore) {
    CommandText text;
    const std::size_t size = kArgumentLiteralBytesMax + 1;
    ASSERT_TRUE(text.add_line("a LOGIN {" + std::to_string(size) + "}"));
    EXPECT_EQ(text.add_literal(std::string(size, 'x')).error().code, Errc::limit);
}

TEST(CommandText, RefusesMoreLiteralsThanTheLimit) {
    CommandText text;
    for (std::size_t i = 0; i < kCommandLiteralsMax; ++i) {
        ASSERT_TRUE(text.add_line(" {1}"));
        ASSERT_TRUE(text.add_literal("x"));
    }
    EXPECT_EQ(text.add_line(" {1}").error().code, Errc::limit);
    EXPECT_FALSE(text.pending());
}

}  // namespace
}  // namespace loam::imap
