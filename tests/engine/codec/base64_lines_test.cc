#include "engine/codec/base64_lines.h"

#include <gtest/gtest.h>

#include "tests/engine/codec/samples.h"

namespace loam {
namespace {

using codec_test::Random;

// Sixteen characters, "abcdefghijkl" decoded.
constexpr std::string_view kLine = "YWJjZGVmZ2hpamts";

struct Case {
    std::string_view why;
    std::string body;
    std::size_t accepted;  // raw octets
    std::string_view recipe;
};

std::string to_string(const Base64Recipe& recipe) {
    return std::to_string(recipe.line_chars) + (recipe.crlf ? " crlf" : " lf") +
           (recipe.last_line_end ? " end" : "");
}

std::vector<Case> cases() {
    const std::string crlf = std::string(kLine) + "\r\n";
    const std::string lf = std::string(kLine) + "\n";
    return {
        {"two lines", crlf + crlf, 36, "16 crlf end"},
        {"the last line has no end", crlf + std::string(kLine), 34, "16 crlf"},
        {"LF is as good", lf + lf + "YWI=\n", 39, "16 lf end"},
        {"a short line is the last", crlf + "YWJj\r\n" + crlf, 24, "16 crlf end"},
        {"a short last line without end", crlf + "YWI=", 22, "16 crlf"},
        {"a padded full line is the last", crlf + "YWJjZGVmZ2hpamk=\r\n" + crlf, 36, "16 crlf end"},
        {"text after the padding", crlf + "YQ==\r\n-- \r\n", 24, "16 crlf end"},
        {"empty lines at the end", crlf + crlf + "\r\n\r\n", 36, "16 crlf end"},
        {"the line end changes", crlf + lf + crlf, 18, "16 crlf end"},
        {"the line end changes, the other way", lf + crlf, 17, "16 lf end"},
        {"a longer line", crlf + std::string(kLine) + "YWJj\r\n", 18, "16 crlf end"},
        {"a longer last line", crlf + std::string(kLine) + "YWJj", 18, "16 crlf end"},
        {"a space at the end of a line", crlf + std::string(kLine) + " \r\n", 18, "16 crlf end"},
        {"a space inside", crlf + "YWJj ZGVmZ2hpamt\r\n", 18, "16 crlf end"},
        {"a CR inside", crlf + "YWJj\rZGVmZ2hpamt\r\n", 18, "16 crlf end"},
        {"two CRs", crlf + std::string(kLine) + "\r\r\n", 18, "16 crlf end"},
        {"pad bits are not zero", crlf + "YWJ=\r\n", 18, "16 crlf end"},
        {"the last line is no whole quantum", crlf + "YWJjZ", 18, "16 crlf end"},
        {"the last line ends in CR alone", crlf + "YWJj\r", 18, "16 crlf end"},
        {"a line of odd length", "YWJjZ\r\n" + crlf, 0, ""},
        {"an empty first line", "\r\n" + crlf, 0, ""},
        {"no line end at all", std::string(kLine), 0, ""},
        {"text", "Hello, world\r\n", 0, ""},
        {"nothing", "", 0, ""},
        {"a line longer than any recipe", std::string(1000, 'A') + "\r\n", 0, ""},
        {"the longest line of all", std::string(996, 'A') + "\r\n", 998, "996 crlf end"},
    };
}

void expect_rebuilds(const Base64LineReader& lines, Bytes body, Bytes plain) {
    EXPECT_EQ(lines.plain_bytes(), plain.size());
    if (plain.empty()) return;
    EXPECT_EQ(lines.recipe().raw_bytes(plain.size()), lines.raw_bytes());
    ByteVector rebuilt;
    append_base64_lines(lines.recipe(), plain, 0, 0, lines.raw_bytes(), rebuilt);
    EXPECT_EQ(as_text(rebuilt), as_text(body.first(lines.raw_bytes())));
}

TEST(Base64LineReader, AcceptsWhatARecipeRebuilds) {
    for (const Case& c : cases()) {
        SCOPED_TRACE(c.why);
        const Bytes body = as_bytes(c.body);
        Base64LineReader lines;
        ByteVector plain;
        const std::size_t taken = lines.feed(body, plain);
        lines.finish(plain);
        EXPECT_EQ(lines.raw_bytes(), c.accepted);
        if (c.accepted > 0) {
            EXPECT_EQ(to_string(lines.recipe()), c.recipe);
        }
        EXPECT_EQ(lines.raw_bytes() + lines.held().size(), taken);  // nothing is lost
        expect_rebuilds(lines, body, plain);
    }
}

TEST(Base64LineReader, DoesNotDependOnTheCuts) {
    for (const Case& c : cases()) {
        SCOPED_TRACE(c.why);
        Base64LineReader lines;
        ByteVector plain;
        std::size_t taken = 0;
        while (taken < c.body.size() && lines.feed(as_bytes(c.body).subspan(taken, 1), plain) == 1)
            ++taken;
        lines.finish(plain);
        EXPECT_EQ(lines.raw_bytes(), c.accepted);
        if (c.accepted > 0) {
            EXPECT_EQ(to_string(lines.recipe()), c.recipe);
        }
        expect_rebuilds(lines, as_bytes(c.body), plain);
    }
}

TEST(Base64Lines, EverySliceIsThatOfTheWhole) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        const ByteVector plain = codec_test::noise(random, 1 + codec_test::below(random, 600));
        const Base64Recipe recipe{
            .line_chars = static_cast<std::uint32_t>(4 + 4 * codec_test::below(random, 40)),
            .crlf = codec_test::chance(random, 2),
            .last_line_end = codec_test::chance(random, 2)};
        const ByteVector body = codec_test::base64_body(
            plain, recipe.line_chars, recipe.crlf ? "\r\n" : "\n", recipe.last_line_end);
        ASSERT_EQ(recipe.raw_bytes(plain.size()), body.size());
        for (int i = 0; i < 50; ++i) {
            const std::size_t begin = codec_test::below(random, body.size() + 1);
            const std::size_t end = begin + codec_test::below(random, body.size() + 1 - begin);
            ByteVector slice = codec_test::to_vector("before");
            append_base64_lines(recipe, plain, 0, begin, end, slice);
            EXPECT_EQ(as_text(slice),
                      "before" + std::string(as_text(body).substr(begin, end - begin)));
        }
    }
}

}  // namespace
}  // namespace loam
