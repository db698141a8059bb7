// The end of message text and its doubled dots: RFC 5321 section 4.5.2.
#include "imapd/lmtp/dot_decoder.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace loam::lmtp {
namespace {

struct Case {
    const char* why;
    std::string_view in;
    std::string_view out;
    std::string_view rest;  // behind the end; "open": there was no end
};

constexpr Case kCases[] = {
    {"an empty message", ".\r\n", "", ""},
    {"a line", "a\r\n.\r\n", "a\r\n", ""},
    {"what follows is not taken", "a\r\n.\r\nQUIT\r\n", "a\r\n", "QUIT\r\n"},
    {"a doubled dot", "..\r\n.\r\n", ".\r\n", ""},
    {"only the first dot of a line goes", "...a..b\r\n.\r\n", "..a..b\r\n", ""},
    {"a dot before text goes too", ".a\r\n.\r\n", "a\r\n", ""},
    {"a dot within a line stays", "a.\r\n.\r\n", "a.\r\n", ""},
    {"LF dot LF is text", "a\n.\nb\r\n.\r\n", "a\n.\nb\r\n", ""},
    {"LF dot CRLF is text", "a\n.\r\nb\r\n.\r\n", "a\n.\r\nb\r\n", ""},
    {"CRLF dot LF is no end", "a\r\n.\nb\r\n.\r\n", "a\r\n\nb\r\n", ""},
    {"CR dot CR is text", "a\r.\rb\r\n.\r\n", "a\r.\rb\r\n", ""},
    {"a dot, then a bare CR", "\r\n.\rX\r\n.\r\n", "\r\n\rX\r\n", ""},
    {"a dot, then two CR", ".\r\r\n.\r\n", "\r\r\n", ""},
    {"two CR before LF end a line", "a\r\r\n.\r\n", "a\r\r\n", ""},
    {"empty lines", "\r\n\r\n.\r\n", "\r\n\r\n", ""},
    {"no end yet: text", "abc", "abc", "open"},
    {"no end yet: half of it", "a\r\n.\r", "a\r\n", "open"},
    {"no end yet: a dot", "a\r\n.", "a\r\n", "open"},
    {"octets of any kind", std::string_view("\0\xFF\r\n.\r\n", 7),
     std::string_view("\0\xFF\r\n", 4), ""},
};

/// Feeds `in` in three pieces cut at `first` and `second`; returns "text|rest".
std::string decode(std::string_view in, std::size_t first, std::size_t second) {
    DotDecoder decoder;
    ByteVector out;
    std::size_t used = 0;
    for (const std::size_t end : {first, second, in.size()}) {
        if (decoder.done()) break;
        used += decoder.feed(as_bytes(in.substr(used, end - used)), out);
        if (!decoder.done()) EXPECT_EQ(used, end);
    }
    const std::string rest = decoder.done() ? std::string(in.substr(used)) : "open";
    return std::string(as_text(out)) + "|" + rest;
}

TEST(DotDecoder, AnySplitGivesTheSame) {
    for (const Case& c : kCases) {
        const std::string want = std::string(c.out) + "|" + std::string(c.rest);
        for (std::size_t first = 0; first <= c.in.size(); ++first) {
            for (std::size_t second = first; second <= c.in.size(); ++second)
                EXPECT_EQ(decode(c.in, first, second), want)
                    << c.why << " " << first << " " << second;
        }
    }
}

TEST(DotDecoder, TakesNothingAfterTheEnd) {
    DotDecoder decoder;
    ByteVector out;
    EXPECT_EQ(decoder.feed(as_bytes(std::string_view(".\r\nmore")), out), 3U);
    EXPECT_TRUE(decoder.done());
    EXPECT_EQ(decoder.feed(as_bytes(std::string_view("more")), out), 0U);
    EXPECT_TRUE(out.empty());
}

}  // namespace
}  // namespace loam::lmtp
