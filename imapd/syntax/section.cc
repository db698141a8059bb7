#include "imapd/syntax/section.h"

#include <algorithm>

#include "imapd/wire/chars.h"

namespace loam::imap {
namespace {

bool is_field_char(char c) {
    return c >= 0x20 && c < 0x7F;
}

// header-list := "(" header-fld-name *(SP header-fld-name) ")"
Status parse_fields(Lexer& lexer, SectionSpec& section) {
    LOAM_TRY_STATUS(lexer.sp());
    LOAM_TRY_STATUS(lexer.expect('('));
    do {
        if (section.fields.size() == kHeaderFieldsMax)
            return fail(Errc::limit, "too many header fields");
        LOAM_TRY(std::string name, lexer.astring());
        if (name.empty() || !std::ranges::all_of(name, is_field_char))
            return lexer.fault("not the name of a header field");
        if (name.size() > kHeaderFieldBytesMax)
            return fail(Errc::limit, "name of a header field: too long");
        section.fields.push_back(std::move(name));
    } while (lexer.accept(' '));
    return lexer.expect(')');
}

constexpr SectionText kTexts[] = {
    SectionText::header, SectionText::header_fields, SectionText::header_fields_not,
    SectionText::text,   SectionText::mime,
};

std::string_view text_name(SectionText text) {
    switch (text) {
        case SectionText::none:
            return "";
        case SectionText::header:
            return "HEADER";
        case SectionText::header_fields:
            return "HEADER.FIELDS";
        case SectionText::header_fields_not:
            return "HEADER.FIELDS.NOT";
        case SectionText::text:
            return "TEXT";
        case SectionText::mime:
            return "MIME";
    }
    return "";
}

// section-msgtext, and MIME behind a part
Status parse_section_text(Lexer& lexer, SectionSpec& section) {
    for (const SectionText text : kTexts) {
        const bool allowed = text != SectionText::mime || !section.part.empty();
        if (!allowed || !lexer.accept_word(text_name(text))) continue;
        section.text = text;
        break;
    }
    if (section.text == SectionText::none) return lexer.expected("a part of a message");
    const bool has_fields = section.text == SectionText::header_fields ||
                            section.text == SectionText::header_fields_not;
    return has_fields ? parse_fields(lexer, section) : Status::good();
}

// section-part := nz-number *("." nz-number). Leaves the lexer behind a "." that no number follows.
Result<bool> parse_part(Lexer& lexer, SectionSpec& section) {
    while (is_digit(lexer.peek())) {
        if (section.part.size() == kSectionDepthMax)
            return fail(Errc::limit, "section: nested too deep");
        LOAM_TRY(const std::uint32_t number, lexer.nz_number());
        section.part.push_back(number);
        if (!lexer.accept('.')) return false;
    }
    return !section.part.empty();
}

void append_field(std::string& out, const std::string& name) {
    if (std::ranges::all_of(name, is_astring_char)) {
        out += name;
        return;
    }
    out += '"';
    for (const char c : name) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    out += '"';
}

}  // namespace

Result<SectionSpec> parse_section(Lexer& lexer) {
    SectionSpec section;
    LOAM_TRY_STATUS(lexer.expect('['));
    if (lexer.accept(']')) return section;
    LOAM_TRY(const bool dot, parse_part(lexer, section));
    if (dot || section.part.empty()) LOAM_TRY_STATUS(parse_section_text(lexer, section));
    LOAM_TRY_STATUS(lexer.expect(']'));
    return section;
}

Result<SectionSpec> parse_section_binary(Lexer& lexer) {
    SectionSpec section;
    LOAM_TRY_STATUS(lexer.expect('['));
    LOAM_TRY(const bool dot, parse_part(lexer, section));
    if (dot) return lexer.expected("a part number");
    LOAM_TRY_STATUS(lexer.expect(']'));
    return section;
}

Result<std::optional<Partial>> parse_partial(Lexer& lexer) {
    if (!lexer.accept('<')) return std::optional<Partial>{};
    Partial partial;
    LOAM_TRY(partial.origin, lexer.number64());
    LOAM_TRY_STATUS(lexer.expect('.'));
    LOAM_TRY(partial.count, lexer.nz_number64());
    LOAM_TRY_STATUS(lexer.expect('>'));
    return std::optional{partial};
}

std::string to_string(const SectionSpec& section) {
    std::string out = "[";
    for (const std::uint32_t number : section.part) {
        if (out.size() > 1) out += '.';
        out += std::to_string(number);
    }
    if (section.text != SectionText::none && out.size() > 1) out += '.';
    out += text_name(section.text);
    for (std::size_t i = 0; i < section.fields.size(); ++i) {
        out += i == 0 ? " (" : " ";
        append_field(out, section.fields[i]);
    }
    if (!section.fields.empty()) out += ')';
    return out + ']';
}

}  // namespace loam::imap
