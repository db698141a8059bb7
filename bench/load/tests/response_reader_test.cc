#include "bench/load/response_reader.h"

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace loam::load {
namespace {

using std::string_view_literals::operator""sv;

/// What a reader makes of `octets` fed `step` at a time: one line a response, or the error's code
/// at the end.
std::string read_all(std::string_view octets, std::size_t step) {
    ResponseReader reader;
    std::string out;
    while (true) {
        auto next = reader.next();
        if (!next) return out + "error " + std::string(to_string(next.error().code));
        if (const auto& response = *next; response.has_value()) {
            out += response->kind == ResponseKind::tagged         ? "tagged "
                   : response->kind == ResponseKind::continuation ? "continue "
                                                                  : "untagged ";
            if (!response->status.empty()) out += std::string(response->status) + " ";
            out += "<" + std::string(response->rest) + ">";
            for (const LiteralSpan& literal : response->literals) {
                out += "[" + std::string(response->line.substr(literal.begin, literal.size_bytes)) +
                       "]";
            }
            out += "\n";
            continue;
        }
        if (octets.empty()) return reader.empty() ? out : out + "waits";
        reader.feed(octets.substr(0, step));
        octets.remove_prefix(std::min(step, octets.size()));
    }
}

struct Case {
    std::string_view why;
    std::string_view octets;
    std::string_view want;
};

// RFC 9051 section 7 and its grammar, section 9.
constexpr Case kCases[] = {
    {"a greeting", "* OK ready\r\n", "untagged OK <ready>\n"},
    {"a tagged answer with a code", "a1 NO [TRYCREATE] no such\r\n",
     "tagged NO <[TRYCREATE] no such>\n"},
    {"a request to go on", "+ go on\r\n", "continue <go on>\n"},
    {"a bare request to go on", "+ \r\n", "continue <>\n"},
    {"data is no status", "* 3 EXISTS\r\n", "untagged <3 EXISTS>\n"},
    {"two in one piece", "* 1 RECENT\r\na OK x\r\n", "untagged <1 RECENT>\ntagged OK <x>\n"},
    {"a literal, its CRLF and braces unread", "* 1 FETCH (BODY[] {8}\r\n)\r\n{3}\r\n UID 4)\r\n",
     "untagged <1 FETCH (BODY[] {8}\r\n)\r\n{3}\r\n UID 4)>[)\r\n{3}\r\n]\n"},
    {"an empty literal", "* 1 FETCH (BODY[] {0}\r\n)\r\n",
     "untagged <1 FETCH (BODY[] {0}\r\n)>[]\n"},
    {"literal8 may hold NUL", "* 1 FETCH (BINARY[1] ~{1}\r\n\0)\r\n"sv,
     "untagged <1 FETCH (BINARY[1] ~{1}\r\n\0)>[\0]\n"sv},
    {"two literals", "* 1 FETCH (A {1}\r\nx B {1}\r\ny)\r\n",
     "untagged <1 FETCH (A {1}\r\nx B {1}\r\ny)>[x][y]\n"},
    {"braces at the end of text are text", "* OK took {5}\r\n", "untagged OK <took {5}>\n"},
    {"braces in a quoted string are text", "* LIST () \"/\" \"a{5}\"\r\n",
     "untagged <LIST () \"/\" \"a{5}\">\n"},
    {"an escaped quote does not end a string", "* LIST () NIL \"a\\\"(\"\r\n",
     "untagged <LIST () NIL \"a\\\"(\">\n"},
    {"half a line waits", "* 3 EXI", "waits"},
    {"half a literal waits", "* 1 FETCH (BODY[] {9}\r\nabc", "waits"},
    {"a line needs CR before LF", "* OK x\n", "error corrupt"},
    {"LF alone is no line", "\n", "error corrupt"},
    {"an empty line is no response", "\r\n", "error corrupt"},
    {"CR inside a line", "* OK a\rb\r\n", "error corrupt"},
    {"a quoted string may not span lines", "* LIST () \"/\" \"a\r\n", "error corrupt"},
    {"a list must be closed", "* 1 FETCH (UID 3\r\n", "error corrupt"},
    {"a list must have been opened", "* 1 FETCH UID 3)\r\n", "error corrupt"},
    {"a tag needs a status", "a1 HELLO\r\n", "error corrupt"},
    {"a tag cannot say BYE", "a1 BYE x\r\n", "error corrupt"},
    {"a literal that nobody could hold", "* 1 FETCH (BODY[] {99999999999}\r\n", "error limit"},
};

TEST(ResponseReader, CutsResponsesInPiecesOfAnySize) {
    for (const Case& c : kCases) {
        for (const std::size_t step :
             {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{4096}})
            EXPECT_EQ(read_all(c.octets, step), std::string(c.want)) << c.why << ", step " << step;
    }
}

/// Pieces that make responses, right and wrong ones, when put together at random.
constexpr std::string_view kPieces[] = {
    "* ",   "a1 ",  "+ ",    "OK ",     "NO ", "3 EXISTS",     "FETCH (",    "UID 4",
    ")",    "(",    "\"q\"", "\"",      "\\",  "{3}",          "{3}\r\nabc", " ",
    "\r\n", "\r\n", "\r\n",  "{0}\r\n", "\n",  "~{2}\r\n\r\n", "* OK x\r\n", "\r"};

TEST(ResponseReader, GivesTheSameHoweverTheOctetsCome) {
    std::mt19937 dice(7);
    std::size_t whole = 0;
    for (int run = 0; run < 20000; ++run) {
        std::string octets;
        for (auto pieces = dice() % 12 + 1; pieces > 0; --pieces)
            octets += kPieces[dice() % std::size(kPieces)];
        const std::string at_once = read_all(octets, octets.size());
        for (const std::size_t step : {std::size_t{1}, std::size_t{3}})
            EXPECT_EQ(read_all(octets, step), at_once) << "run " << run << ": " << octets;
        if (at_once.find("tagged") != std::string::npos) ++whole;
    }
    EXPECT_GT(whole, 500U);  // it is no good if hardly anything is a response
}

TEST(ResponseReader, KeepsItsPlaceWhileTheBufferMoves) {
    ResponseReader reader;
    const std::string body(100'000, 'x');
    std::string octets;
    for (int i = 0; i < 50; ++i)
        octets += "* 1 FETCH (BODY[] {" + std::to_string(body.size()) + "}\r\n" + body + ")\r\n";
    std::size_t seen = 0;
    for (std::size_t at = 0; at < octets.size(); at += 65'537) {
        reader.feed(std::string_view(octets).substr(at, 65'537));
        while (true) {
            auto next = reader.next();
            ASSERT_TRUE(next.ok()) << next.error().what;
            const auto& response = *next;
            if (!response.has_value()) break;
            ASSERT_EQ(response->literals.size(), 1U);
            EXPECT_EQ(response->line.substr(response->literals[0].begin,
                                            response->literals[0].size_bytes),
                      body);
            ++seen;
        }
    }
    EXPECT_EQ(seen, 50U);
    EXPECT_TRUE(reader.empty());
}

}  // namespace
}  // namespace loam::load
