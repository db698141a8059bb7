#include "imapd/syntax/section.h"

#include <gtest/gtest.h>

#include "tests/imapd/syntax/parse.h"

namespace loam::imap {
namespace {

template <typename Parse>
std::string read(std::string_view octets, Parse parse) {
    const auto text = command_of(octets);
    if (!text) return "refused";
    Lexer lexer(*text);
    const auto section = parse(lexer);
    if (!section) return "[" + std::string(to_string(section.error().code)) + "]";
    return lexer.expect_end() ? to_string(*section) : "[more]";
}

constexpr Case kSections[] = {
    {"the whole message", "[]", "[]"},
    {"a part", "[1]", "[1]"},
    {"a part of a part", "[4.2.1]", "[4.2.1]"},
    {"header", "[header]", "[HEADER]"},
    {"text", "[TEXT]", "[TEXT]"},
    {"header of a part", "[2.HEADER]", "[2.HEADER]"},
    {"mime of a part", "[2.1.Mime]", "[2.1.MIME]"},
    {"fields keep their spelling", "[header.fields (suBject TO)]", "[HEADER.FIELDS (suBject TO)]"},
    {"all but", "[1.HEADER.FIELDS.NOT (To)]", "[1.HEADER.FIELDS.NOT (To)]"},
    {"a quoted field that needs no quotes", "[HEADER.FIELDS (\"To\")]", "[HEADER.FIELDS (To)]"},
    {"a literal field", "[HEADER.FIELDS ({2}\r\nTo)]", "[HEADER.FIELDS (To)]"},
    {"a field that needs quotes", "[HEADER.FIELDS (\"a b\\\"\")]", "[HEADER.FIELDS (\"a b\\\"\")]"},
    {"part zero", "[0]", "[invalid]"},
    {"part zero within", "[1.0]", "[invalid]"},
    {"a leading zero", "[01]", "[invalid]"},
    {"a dot at the end", "[1.]", "[invalid]"},
    {"a dot in front", "[.1]", "[invalid]"},
    {"two dots", "[1..2]", "[invalid]"},
    {"mime of the message", "[MIME]", "[invalid]"},
    {"a part behind a text", "[HEADER.1]", "[invalid]"},
    {"unknown", "[FOO]", "[invalid]"},
    {"a word that goes on", "[TEXTS]", "[invalid]"},
    {"no fields", "[HEADER.FIELDS ()]", "[invalid]"},
    {"no list of fields", "[HEADER.FIELDS]", "[invalid]"},
    {"fields without parentheses", "[HEADER.FIELDS To]", "[invalid]"},
    {"fields for the whole header", "[HEADER (To)]", "[invalid]"},
    {"an empty field", "[HEADER.FIELDS (\"\")]", "[invalid]"},
    {"a field with a line end", "[HEADER.FIELDS ({4}\r\na\r\nb)]", "[invalid]"},
    {"a field with 8-bit", "[HEADER.FIELDS (\"\u00FC\")]", "[invalid]"},
    {"not closed", "[1", "[invalid]"},
    {"not opened", "1]", "[invalid]"},
    {"a space within", "[ 1]", "[invalid]"},
};

TEST(Section, ParsesAndPrints) {
    for (const Case& c : kSections)
        EXPECT_EQ(read(c.arguments, parse_section), c.want) << c.why;
}

TEST(Section, WhatWePrintWeParseBack) {
    for (const Case& c : kSections) {
        const std::string printed = read(c.arguments, parse_section);
        if (printed == "[invalid]") continue;
        EXPECT_EQ(read(printed, parse_section), printed) << c.why;
    }
}

TEST(Section, BinaryTakesPartNumbersOnly) {
    constexpr Case kCases[] = {
        {"a part", "[1.2]", "[1.2]"},          {"the message", "[]", "[]"},
        {"a header", "[HEADER]", "[invalid]"}, {"mime", "[1.MIME]", "[invalid]"},
        {"text", "[TEXT]", "[invalid]"},       {"a dot at the end", "[1.]", "[invalid]"},
    };
    for (const Case& c : kCases)
        EXPECT_EQ(read(c.arguments, parse_section_binary), c.want) << c.why;
}

TEST(Section, Limits) {
    std::string deep = "[1";
    for (std::size_t i = 1; i < kSectionDepthMax; ++i)
        deep += ".1";
    EXPECT_EQ(read(deep + "]", parse_section), deep + "]");
    EXPECT_EQ(read(deep + ".1]", parse_section), "[limit]");
    std::string fields = "[HEADER.FIELDS (a";
    for (std::size_t i = 1; i < kHeaderFieldsMax; ++i)
        fields += " a";
    EXPECT_EQ(read(fields + ")]", parse_section), fields + ")]");
    EXPECT_EQ(read(fields + " a)]", parse_section), "[limit]");
    const std::string longer(kHeaderFieldBytesMax + 1, 'a');
    EXPECT_EQ(read("[HEADER.FIELDS (" + longer + ")]", parse_section), "[limit]");
}

TEST(Section, Partial) {
    const auto partial = [](std::string_view octets) -> std::string {
        const auto text = command_of(octets);
        Lexer lexer(*text);
        const auto value = parse_partial(lexer);
        if (!value || !lexer.expect_end()) return "refused";
        if (!*value) return "none";
        return std::to_string((*value)->origin) + "+" + std::to_string((*value)->count);
    };
    EXPECT_EQ(partial("<0.10>"), "0+10");
    EXPECT_EQ(partial("<9223372036854775807.9223372036854775807>"),
              "9223372036854775807+9223372036854775807");
    EXPECT_EQ(partial(""), "none");
    EXPECT_EQ(partial("<0.0>"), "refused") << "nothing at all is no range";
    EXPECT_EQ(partial("<0>"), "refused");
    EXPECT_EQ(partial("<0.>"), "refused");
    EXPECT_EQ(partial("<.1>"), "refused");
    EXPECT_EQ(partial("<0.1"), "refused");
    EXPECT_EQ(partial("<-1.1>"), "refused");
    EXPECT_EQ(partial("<0.9223372036854775808>"), "refused");
}

}  // namespace
}  // namespace loam::imap
