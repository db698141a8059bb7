#include <algorithm>
#include <optional>

#include "engine/mail/charset.h"
#include "engine/mail/content_fields.h"
#include "engine/mail/field_lexer.h"
#include "engine/mail/header.h"

namespace loam::mail {

namespace {

constexpr std::uint32_t kSectionMax = 999;

// One "name=value" as it stands: `filename*1*` has name "filename", section 1, encoded.
struct RawParam {
    std::string name;
    std::string value;
    std::optional<std::uint32_t> section;
    bool encoded = false;
    bool used = false;
};

std::optional<std::uint32_t> parse_section(std::string_view digits) {
    if (digits.empty() || digits.size() > 3) return std::nullopt;
    std::uint32_t value = 0;
    for (const char c : digits) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + static_cast<std::uint32_t>(c - '0');
    }
    return value;
}

// RFC 2231 sections 3 and 4: name, name*, name*0, name*0*. Any other star is part of the name.
void split_name(std::string_view written, RawParam& param) {
    std::string_view name = written;
    const bool encoded = name.ends_with('*');
    if (encoded) name.remove_suffix(1);
    const std::size_t star = name.find('*');
    if (star == std::string_view::npos) {
        param.name = name;
        param.encoded = encoded;
        return;
    }
    param.section = parse_section(name.substr(star + 1));
    param.encoded = encoded && param.section.has_value();
    param.name = param.section ? name.substr(0, star) : written;
}

bool starts_param(std::string_view word) {
    return word.find('=') != std::string_view::npos;
}

// A value without quotes ought to be one token. Writers forget the quotes, so tspecials count as
// part of it, and so do further words up to a semicolon or a word that looks like a parameter.
std::string unquoted_value(FieldLexer& lexer, bool& malformed) {
    std::string value(lexer.run_until(";("));
    while (true) {
        const std::size_t before = lexer.position();
        lexer.skip_cfws();
        if (lexer.at_end() || lexer.peek() == ';') return value;
        const std::string_view word = lexer.run_until(";(");
        malformed = true;
        if (starts_param(word) || word.empty()) {
            lexer.go_to(before);
            return value;
        }
        value += ' ';
        value += word;
    }
}

std::optional<RawParam> next_raw(FieldLexer& lexer, bool& malformed) {
    lexer.skip_cfws();
    while (lexer.take(';'))
        lexer.skip_cfws();
    if (lexer.at_end()) return std::nullopt;
    RawParam param;
    const std::string_view name = lexer.run_until("=;(");
    lexer.skip_cfws();
    if (!lexer.take('=')) {
        malformed = true;
        if (name.empty()) lexer.skip();  // some octet that starts nothing
        return param;
    }
    split_name(name, param);
    lexer.skip_cfws();
    param.value = lexer.peek() == '"' ? lexer.quoted_string() : unquoted_value(lexer, malformed);
    param.value.resize(std::min(param.value.size(), kParamValueBytesMax));
    return param;
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

void append_percent_decoded(std::string& out, std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int high = text[i] == '%' && i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
        const int low = high >= 0 ? hex_value(text[i + 2]) : -1;
        if (low < 0) {
            out += text[i];
            continue;
        }
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
}

// Takes "charset'language'" off the front of the first encoded section.
std::string take_charset(std::string_view& value) {
    const std::size_t first = value.find('\'');
    if (first == std::string_view::npos) return {};
    const std::size_t second = value.find('\'', first + 1);
    if (second == std::string_view::npos) return {};
    std::string charset(value.substr(0, first));
    value.remove_prefix(second + 1);
    return charset;
}

// The section `number` of the parameter that `first` belongs to.
RawParam* find_section_of(std::vector<RawParam>& raw, const RawParam& first, std::uint32_t number) {
    const auto found = std::find_if(raw.begin(), raw.end(), [&](const RawParam& param) {
        return !param.used && param.section == number && equal_nocase(param.name, first.name);
    });
    return found == raw.end() ? nullptr : &*found;
}

void append_section(Param& out, std::string& charset, const RawParam& section, bool first) {
    std::string_view value = section.value;
    if (!section.encoded) {
        out.value += value;
        return;
    }
    if (first) charset = take_charset(value);
    out.extended = true;
    append_percent_decoded(out.value, value);
}

// Joins the sections 0, 1, 2, ... up to the first gap. Sections after a gap are lost.
Param join_sections(std::vector<RawParam>& raw, const RawParam& first) {
    Param out{.name = first.name, .value = {}, .extended = false};
    std::string charset;
    for (std::uint32_t number = 0; number <= kSectionMax; ++number) {
        RawParam* section = find_section_of(raw, first, number);
        if (section == nullptr) break;
        section->used = true;
        append_section(out, charset, *section, number == 0);
    }
    for (RawParam& param : raw) {
        if (param.section && equal_nocase(param.name, out.name)) param.used = true;
    }
    if (out.extended) out.value = to_utf8(out.value, charset);
    return out;
}

Param single(const RawParam& raw) {
    Param out{.name = raw.name, .value = {}, .extended = false};
    std::string charset;
    append_section(out, charset, raw, true);
    if (out.extended) out.value = to_utf8(out.value, charset);
    return out;
}

}  // namespace

std::vector<Param> parse_params(std::string_view text, bool& malformed) {
    FieldLexer lexer(text);
    std::vector<RawParam> raw;
    while (raw.size() < kParamsMax) {
        auto param = next_raw(lexer, malformed);
        if (!param) break;
        if (!param->name.empty()) raw.push_back(std::move(*param));
    }
    std::vector<Param> params;
    for (RawParam& param : raw) {
        if (param.used) continue;
        // A copy, since join_sections() marks the originals.
        Param joined = param.section ? join_sections(raw, RawParam(param)) : single(param);
        joined.value.resize(std::min(joined.value.size(), kParamValueBytesMax));
        params.push_back(std::move(joined));
    }
    return params;
}

}  // namespace loam::mail
