// Line ends and mbox quoting: what is exported comes back octet for octet, in pieces of any size.
#include "tools/loam/line_filter.h"

#include <random>

#include <gtest/gtest.h>

namespace loam::tool {
namespace {

/// Feeds `in` in pieces of `piece` octets.
template <typename Filter>
std::string filtered(Filter filter, std::string_view in, std::size_t piece) {
    std::string out;
    for (; !in.empty(); in.remove_prefix(std::min(piece, in.size())))
        filter.feed(in.substr(0, piece), out);
    if constexpr (requires { filter.finish(out); }) filter.finish(out);
    return out;
}

std::string quoted(std::string_view in, std::size_t piece) {
    return filtered(MboxQuoting(MboxQuoting::Way::quote), in, piece);
}
std::string unquoted(std::string_view in, std::size_t piece) {
    return filtered(MboxQuoting(MboxQuoting::Way::unquote), in, piece);
}

struct Case {
    const char* why;
    std::string_view stored;
    std::string_view file;
};

constexpr Case kLineEnds[] = {
    {"a line end", "a\r\nb\r\n", "a\nb\n"},
    {"an empty line", "\r\n\r\n", "\n\n"},
    {"no line end at the end", "a\r\nb", "a\nb"},
    {"a CR alone stays", "a\rb\r\n", "a\rb\n"},
    {"a CR at the end stays", "a\r", "a\r"},
    {"a CR before a line end: then the line end is spelled out", "a\r\r\n", "a\r\r\n"},
    {"two of them", "a\r\r\r\nb\r\n", "a\r\r\r\nb\n"},
    {"a CR behind a line end", "a\r\n\r\r\n", "a\n\r\r\n"},
};

TEST(LineFilter, LineEndsGoAndComeBack) {
    for (const Case& c : kLineEnds) {
        for (const std::size_t piece : {1U, 2U, 3U, 100U}) {
            EXPECT_EQ(filtered(ToLf(), c.stored, piece), c.file) << c.why;
            EXPECT_EQ(filtered(ToCrlf(), c.file, piece), c.stored) << c.why;
        }
    }
}

TEST(LineFilter, BareLfIsNoticed) {
    std::string out;
    ToLf exact;
    exact.feed("a\r\nb\r\r\n", out);
    EXPECT_FALSE(exact.saw_bare_lf());
    ToLf bare;
    bare.feed("a\r\nb\n", out);
    EXPECT_TRUE(bare.saw_bare_lf());
}

constexpr Case kQuotes[] = {
    {"a From_ line", "From me\n", ">From me\n"},
    {"quoted already", ">>From me\n", ">>>From me\n"},
    {"in the middle of a line", "x From me\n", "x From me\n"},
    {"no space", "From\nFromage\n", "From\nFromage\n"},
    {"quotes before something else", ">\n>>x\n", ">\n>>x\n"},
    {"the text ends in the middle of it", "a\nFro", "a\nFro"},
    {"the text ends in quotes", "a\n>>", "a\n>>"},
    {"each line anew", "From a\nFrom b\n", ">From a\n>From b\n"},
    {"nothing but the word", "From ", ">From "},
    {"a quote after its start is none", "Fr>From x\n", "Fr>From x\n"},
};

TEST(LineFilter, QuotesGoAndComeBack) {
    for (const Case& c : kQuotes) {
        for (const std::size_t piece : {1U, 2U, 3U, 100U}) {
            EXPECT_EQ(quoted(c.stored, piece), c.file) << c.why;
            EXPECT_EQ(unquoted(c.file, piece), c.stored) << c.why;
        }
    }
}

TEST(LineFilter, AnyNumberOfQuotesComesBack) {
    for (const std::size_t quotes : {63U, 64U, 65U, 100'000U}) {
        const std::string line = std::string(quotes, '>') + "From me\n";
        EXPECT_EQ(quoted(line, 1000), ">" + line);
        EXPECT_EQ(unquoted(">" + line, 1000), line);
    }
}

TEST(LineFilter, WhatAnImportMakesSurvivesExportAndImport) {
    std::mt19937 random(7);  // NOLINT: the same texts each time
    for (int i = 0; i < 3000; ++i) {
        std::string file;
        for (std::size_t size = random() % 40; size > 0; --size)
            file += std::string_view("\r\n>x ")[random() % 5];
        if (i % 3 == 0) file.insert(random() % (file.size() + 1), "From ");
        const std::size_t piece = 1 + random() % 9;
        const std::string stored = filtered(ToCrlf(), file, piece);
        const std::string exported = quoted(filtered(ToLf(), stored, piece), piece);
        EXPECT_EQ(filtered(ToCrlf(), unquoted(exported, piece), piece), stored);
        EXPECT_FALSE(exported.starts_with("From ") || exported.contains("\nFrom "));
    }
}

}  // namespace
}  // namespace loam::tool
