// Header blocks: RFC 5322 section 2.2, section 4.5.
#include "engine/mail/header.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/mail/text.h"

namespace loam::mail {
namespace {

// "[name|body]" for each field.
std::string fields_of(std::string_view block) {
    std::string out;
    HeaderReader reader(block);
    while (const auto field = reader.next()) {
        out += "[" + std::string(field->name) + "|" + unfold(field->body) + "]";
    }
    return out;
}

struct Case {
    const char* why;
    const char* block;
    const char* want;
};

constexpr Case kReads[] = {
    {"one field", "A: b\r\n\r\n", "[A|b]"},
    {"LF alone", "A: b\nC: d\n\n", "[A|b][C|d]"},
    {"folding", "A: b\r\n c\r\n\td\r\nE: f\r\n\r\n", "[A|b c\td][E|f]"},
    {"a line of white space is folding", "A: b\r\n \r\n c\r\n\r\n", "[A|b  c]"},
    {"obsolete: white space before the colon", "A \t: b\r\n\r\n", "[A|b]"},
    {"no white space after the colon", "A:b\r\n\r\n", "[A|b]"},
    {"a colon in the body", "A: b:c\r\n\r\n", "[A|b:c]"},
    {"an empty body", "A:\r\nB: \r\n\r\n", "[A|][B|]"},
    {"no blank line", "A: b\r\nC: d", "[A|b][C|d]"},
    {"what follows the blank line is no header", "A: b\r\n\r\nC: d\r\n", "[A|b]"},
    {"mbox From line", "From a@b Thu Aug 22 12:36:23 2002\nA: b\n\n",
     "[|From a@b Thu Aug 22 12:36:23 2002][A|b]"},
    {"a line without a colon", "A: b\r\njunk\r\nC: d\r\n\r\n", "[A|b][|junk][C|d]"},
    {"a name with white space inside", "A b: c\r\n\r\n", "[|A b: c]"},
    {"a name with a control character", "A\x01: c\r\n\r\n", "[|A\x01: c]"},
    {"an empty name", ": c\r\n\r\n", "[|: c]"},
    {"a block that begins with white space", " a: b\r\nC: d\r\n\r\n", "[|a: b][C|d]"},
    {"nothing", "", ""},
    {"a blank line alone", "\r\n", ""},
    {"a CR alone is no line end", "A: b\rC: d\r\n\r\n", "[A|b C: d]"},
};

TEST(Header, ReadsFields) {
    for (const Case& c : kReads)
        EXPECT_EQ(fields_of(c.block), c.want) << c.why;
}

TEST(Header, FieldsAreTheWholeBlock) {
    for (const Case& c : kReads) {
        const std::string_view block = c.block;
        HeaderReader reader(block);
        std::string joined;
        while (const auto field = reader.next())
            joined += field->raw;
        joined += reader.rest();
        EXPECT_EQ(joined, block) << c.why;
    }
}

TEST(Header, FindsTheFirstOfAName) {
    const std::string_view block = "To: a\r\nSUBJECT: b\r\nsubject: c\r\n\r\n";
    EXPECT_EQ(find_field(block, "Subject")->body, " b");
    EXPECT_FALSE(find_field(block, "Cc").has_value());
    EXPECT_FALSE(find_field("\r\nTo: a\r\n", "To").has_value()) << "behind the blank line";
}

struct SelectCase {
    const char* why;
    const char* block;
    std::vector<std::string> names;
    bool except;
    const char* want;
};

const SelectCase kSelects[] = {
    {"in their order, whatever the order of names",
     "A: 1\r\nB: 2\r\nC: 3\r\n\r\n",
     {"c", "a"},
     false,
     "A: 1\r\nC: 3\r\n\r\n"},
    {"all of one name", "A: 1\r\nB: 2\r\nA: 3\r\n\r\n", {"A"}, false, "A: 1\r\nA: 3\r\n\r\n"},
    {"folding stays", "A: 1\r\n 2\r\nB: 3\r\n\r\n", {"A"}, false, "A: 1\r\n 2\r\n\r\n"},
    {"none is the blank line", "A: 1\r\n\r\n", {"X"}, false, "\r\n"},
    {"all but", "A: 1\r\nB: 2\r\n\r\n", {"A"}, true, "B: 2\r\n\r\n"},
    {"lines that are no field belong to all but",
     "junk\r\nA: 1\r\n\r\n",
     {"A"},
     true,
     "junk\r\n\r\n"},
    {"a header without blank line gets none", "A: 1\r\nB: 2\r\n", {"A"}, false, "A: 1\r\n"},
    {"the blank line as it is", "A: 1\n\n", {"A"}, false, "A: 1\n\n"},
};

TEST(Header, SelectsFields) {
    for (const SelectCase& c : kSelects) {
        EXPECT_EQ(select_fields(c.block, c.names, c.except), c.want) << c.why;
    }
}

struct UnfoldCase {
    const char* why;
    const char* body;
    const char* want;
};

constexpr UnfoldCase kUnfolds[] = {
    {"white space at both ends goes", " \ta b\t ", "a b"},
    {"the line end goes, its white space stays", "a\r\n b\n\tc", "a b\tc"},
    {"white space before the line end stays", "a \r\n b", "a  b"},
    {"only white space", " \r\n \t", ""},
    {"a line end without white space becomes one", "a\nb", "a b"},
    {"CR CR LF", "a\r\r\n b", "a  b"},
};

TEST(Header, Unfolds) {
    for (const UnfoldCase& c : kUnfolds)
        EXPECT_EQ(unfold(c.body), c.want) << c.why;
}

TEST(Header, DecodesTextForSearch) {
    EXPECT_EQ(decode_header_text(" =?utf-8?q?gr=C3?=\r\n =?utf-8?q?=BCn?= x"), "grün x");
    EXPECT_EQ(decode_header_block("A: =?utf-8?q?=C3=BC?=\r\nFrom x\r\nB:\r\n c\r\n\r\nD: e"),
              "A: ü\nFrom x\nB: c\n");
}

}  // namespace
}  // namespace loam::mail
