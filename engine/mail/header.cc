#include "engine/mail/header.h"

#include <algorithm>

namespace loam::mail {

namespace {

bool is_wsp(char c) {
    return c == ' ' || c == '\t';
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

// Octets of the first line of `text`, its line end included.
std::size_t line_bytes(std::string_view text) {
    const std::size_t end = text.find('\n');
    return end == std::string_view::npos ? text.size() : end + 1;
}

std::string_view without_line_end(std::string_view line) {
    if (line.ends_with('\n')) line.remove_suffix(1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

bool is_blank(std::string_view text) {
    return text.starts_with('\n') || text.starts_with("\r\n");
}

// obs-optional of RFC 5322 section 4.5 allows white space before the colon. Octets above 127 in a
// name are wrong, but then the line is still meant as a field.
std::string_view field_name(std::string_view before_colon) {
    while (!before_colon.empty() && is_wsp(before_colon.back()))
        before_colon.remove_suffix(1);
    const bool valid = std::all_of(before_colon.begin(), before_colon.end(), [](char c) {
        const auto octet = static_cast<unsigned char>(c);
        return octet > 32 && octet != 127;
    });
    return valid ? before_colon : std::string_view{};
}

HeaderField split_field(std::string_view raw) {
    HeaderField field{.name = {}, .body = without_line_end(raw), .raw = raw};
    const std::size_t colon = field.body.find(':');
    if (colon == std::string_view::npos) return field;
    field.name = field_name(field.body.substr(0, colon));
    if (!field.name.empty()) field.body.remove_prefix(colon + 1);
    return field;
}

}  // namespace

bool equal_nocase(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                              [](char x, char y) { return lower(x) == lower(y); });
}

std::optional<HeaderField> HeaderReader::next() {
    if (rest_.empty() || is_blank(rest_)) return std::nullopt;
    std::size_t bytes = line_bytes(rest_);
    while (bytes < rest_.size() && is_wsp(rest_[bytes]))
        bytes += line_bytes(rest_.substr(bytes));
    const std::string_view raw = rest_.substr(0, bytes);
    rest_.remove_prefix(bytes);
    return split_field(raw);
}

std::optional<HeaderField> find_field(std::string_view block, std::string_view name) {
    HeaderReader reader(block);
    while (auto field = reader.next()) {
        if (equal_nocase(field->name, name)) return field;
    }
    return std::nullopt;
}

std::string unfold(std::string_view body) {
    std::string out;
    out.reserve(body.size());
    for (std::size_t i = 0; i < body.size(); ++i) {
        const std::size_t eol = body[i] == '\n' ? 1 : body.substr(i, 2) == "\r\n" ? 2 : 0;
        if (eol > 0 && i + eol < body.size() && is_wsp(body[i + eol])) {
            i += eol - 1;
            continue;
        }
        out += body[i] == '\r' || body[i] == '\n' ? ' ' : body[i];
    }
    const std::size_t first = out.find_first_not_of(" \t");
    if (first == std::string::npos) return {};
    out.resize(out.find_last_not_of(" \t") + 1);
    out.erase(0, first);
    return out;
}

std::string select_fields(std::string_view block, std::span<const std::string> names, bool except) {
    std::string out;
    HeaderReader reader(block);
    while (const auto field = reader.next()) {
        const bool named = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
            return !field->name.empty() && equal_nocase(name, field->name);
        });
        if (named != except) out += field->raw;
    }
    if (is_blank(reader.rest())) out += reader.rest().substr(0, line_bytes(reader.rest()));
    return out;
}

}  // namespace loam::mail
