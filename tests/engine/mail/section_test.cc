// Section numbers: RFC 9051 section 6.4.5.1, whose example this is, and a few odd messages.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/mail/parser.h"
#include "engine/mail/structure.h"

namespace loam::mail {
namespace {

using Numbers = std::vector<std::uint32_t>;

// Part 4 of the example of RFC 9051 section 6.4.5.1, with what stands before and after it.
constexpr std::string_view kExample =
    "Content-Type: multipart/mixed; boundary=a\n\n"
    "--a\nContent-Type: text/plain\n\n1\n"
    "--a\nContent-Type: application/octet-stream\n\n2\n"
    "--a\nContent-Type: message/rfc822\n\n"
    "Subject: three\nContent-Type: multipart/mixed; boundary=b\n\n"
    "--b\nContent-Type: text/plain\n\n3.1\n"
    "--b\nContent-Type: application/octet-stream\n\n3.2\n--b--\n"
    "--a\nContent-Type: multipart/mixed; boundary=c\n\n"
    "--c\nContent-Type: image/gif\n\n4.1\n"
    "--c\nContent-Type: message/rfc822\n\n"
    "Subject: four\nContent-Type: multipart/mixed; boundary=d\n\n"
    "--d\nContent-Type: text/plain\n\n4.2.1\n"
    "--d\nContent-Type: multipart/alternative; boundary=e\n\n"
    "--e\nContent-Type: text/plain\n\n4.2.2.1\n"
    "--e\nContent-Type: text/richtext\n\n4.2.2.2\n--e--\n--d--\n--c--\n--a--\n";

std::string octets(std::string_view raw, const Numbers& numbers, SectionText what) {
    const ParsedMessage message = parse_message(as_bytes(raw));
    const auto range = section_range(message.structure, numbers, what);
    return range ? std::string(raw.substr(range->offset, range->bytes)) : "none";
}

struct Case {
    Numbers numbers;
    SectionText what;
    const char* want;
};

TEST(Section, RfcExample) {
    const Case cases[] = {
        {{1}, SectionText::body, "1"},
        {{2}, SectionText::body, "2"},
        {{1}, SectionText::mime, "Content-Type: text/plain\n\n"},
        {{3}, SectionText::mime, "Content-Type: message/rfc822\n\n"},
        {{3}, SectionText::header, "Subject: three\nContent-Type: multipart/mixed; boundary=b\n\n"},
        {{3, 1}, SectionText::body, "3.1"},
        {{3, 2}, SectionText::body, "3.2"},
        {{4, 1}, SectionText::body, "4.1"},
        {{4, 1}, SectionText::mime, "Content-Type: image/gif\n\n"},
        {{4, 2},
         SectionText::header,
         "Subject: four\nContent-Type: multipart/mixed; boundary=d\n\n"},
        {{4, 2, 1}, SectionText::body, "4.2.1"},
        {{4, 2, 2, 1}, SectionText::body, "4.2.2.1"},
        {{4, 2, 2, 2}, SectionText::body, "4.2.2.2"},
        {{}, SectionText::header, "Content-Type: multipart/mixed; boundary=a\n\n"},
        {{0}, SectionText::body, "none"},
        {{5}, SectionText::body, "none"},
        {{1, 1}, SectionText::body, "none"},
        {{3, 3}, SectionText::body, "none"},
        {{4, 2, 2, 2, 1}, SectionText::body, "none"},
        {{1}, SectionText::header, "none"},
        {{4}, SectionText::header, "none"},
        {{4}, SectionText::text, "none"},
        {{}, SectionText::mime, "none"},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(octets(kExample, c.numbers, c.what), c.want) << testing::PrintToString(c.numbers);
    }
    EXPECT_EQ(octets(kExample, {}, SectionText::body), kExample);
    EXPECT_EQ(octets(kExample, {3}, SectionText::text),
              "--b\nContent-Type: text/plain\n\n3.1\n--b\nContent-Type: "
              "application/octet-stream\n\n3.2\n--b--");
}

TEST(Section, MessageThatIsNotMultipart) {
    constexpr std::string_view kPlain = "A: b\n\nbody\n";
    EXPECT_EQ(octets(kPlain, {1}, SectionText::body), "body\n");
    EXPECT_EQ(octets(kPlain, {1}, SectionText::mime), "A: b\n\n");
    EXPECT_EQ(octets(kPlain, {1}, SectionText::header), "none");
    EXPECT_EQ(octets(kPlain, {2}, SectionText::body), "none");
    EXPECT_EQ(octets(kPlain, {1, 1}, SectionText::body), "none");
    EXPECT_EQ(octets(kPlain, {}, SectionText::text), "body\n");
}

TEST(Section, MessageInMessage) {
    constexpr std::string_view kNested =
        "Content-Type: message/rfc822\n\nContent-Type: message/rfc822\nX: 1\n\nX: 2\n\nbody\n";
    EXPECT_EQ(octets(kNested, {1}, SectionText::header), "Content-Type: message/rfc822\nX: 1\n\n");
    EXPECT_EQ(octets(kNested, {1, 1}, SectionText::header), "X: 2\n\n");
    EXPECT_EQ(octets(kNested, {1, 1}, SectionText::body), "X: 2\n\nbody\n");
    EXPECT_EQ(octets(kNested, {1, 1, 1}, SectionText::body), "body\n");
    EXPECT_EQ(octets(kNested, {1, 1, 1, 1}, SectionText::body), "none");
}

TEST(Section, NumbersOfParts) {
    const ParsedMessage message = parse_message(as_bytes(kExample));
    const std::vector<Numbers> want = {{},     {1},       {2},       {3},          {},
                                       {3, 1}, {3, 2},    {4},       {4, 1},       {4, 2},
                                       {},     {4, 2, 1}, {4, 2, 2}, {4, 2, 2, 1}, {4, 2, 2, 2}};
    ASSERT_EQ(message.structure.parts.size(), want.size());
    for (std::uint32_t i = 0; i < want.size(); ++i) {
        EXPECT_EQ(section_of(message.structure, i), want[i]) << i;
    }
}

}  // namespace
}  // namespace loam::mail
