#include "imapd/wire/input_buffer.h"

#include <gtest/gtest.h>

namespace loam::imap {
namespace {

constexpr std::size_t kMax = 8;

// All lines that `text`, received in pieces of `step`, gives: "one|two|!" ("!" is too long).
std::string lines(std::string_view text, std::size_t step) {
    InputBuffer buffer(kMax);
    std::string out;
    for (std::size_t at = 0; at < text.size(); at += step) {
        buffer.append(as_bytes(text.substr(at, step)));
        while (auto line = buffer.take_line()) {
            out += (*line ? **line : "!") + "|";
        }
    }
    return out;
}

struct Case {
    const char* why;
    std::string_view text;
    const char* want;
};
constexpr Case kCases[] = {
    {"CRLF ends a line", "one\r\ntwo\r\n", "one|two|"},
    {"LF alone as well", "one\ntwo\n", "one|two|"},
    {"what is not ended is no line", "one\r\ntw", "one|"},
    {"empty lines are lines", "\r\n\r\n", "||"},
    {"a CR within stays", "a\rb\r\n", "a\rb|"},
    {"as long as allowed", "12345678\r\n", "12345678|"},
    {"one octet more", "123456789\r\nnext\r\n", "!|next|"},
    {"much more is told once", "1234567890123456789012345678901234567890\r\nnext\r\n", "!|next|"},
};

TEST(InputBuffer, GivesLinesHoweverTheyCome) {
    for (const Case& c : kCases) {
        for (const std::size_t step : {1U, 2U, 3U, 5U, 100U}) {
            EXPECT_EQ(lines(c.text, step), c.want) << c.why << ", in pieces of " << step;
        }
    }
}

TEST(InputBuffer, HoldsNoMoreThanALineThatIsTooLong) {
    InputBuffer buffer(kMax);
    const std::string flood(1000, 'x');
    for (int i = 0; i < 100; ++i) {
        buffer.append(as_bytes(flood));
        EXPECT_FALSE(buffer.has_line());
        EXPECT_LE(buffer.size(), kMax + 1);
    }
}

TEST(InputBuffer, MixesLinesAndCountedOctets) {
    InputBuffer buffer(kMax);
    buffer.append(as_bytes("a {7}\r\nx\r\ny\r\nz\r\n"));
    EXPECT_EQ(**buffer.take_line(), "a {7}");
    EXPECT_TRUE(buffer.has_line()) << "what looks like a line is the literal";
    EXPECT_EQ(as_text(buffer.take(2)), "x\r");
    EXPECT_EQ(as_text(buffer.take(5)), "\ny\r\nz");
    EXPECT_EQ(**buffer.take_line(), "");
    EXPECT_FALSE(buffer.take_line());
    EXPECT_TRUE(buffer.take(10).empty());
    buffer.release();
    buffer.append(as_bytes("more\n"));
    EXPECT_EQ(**buffer.take_line(), "more");
}

}  // namespace
}  // namespace loam::imap
