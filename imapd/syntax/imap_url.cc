#include "imapd/syntax/imap_url.h"

#include <algorithm>
#include <limits>

#include "imapd/wire/chars.h"
#include "imapd/wire/command_text.h"
#include "imapd/wire/mailbox_name.h"

namespace loam::imap {
namespace {

constexpr auto kToTheEnd = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

Error fault(std::string_view what) {
    return {Errc::invalid, "URL: " + std::string(what)};
}

// bchar, RFC 5092 section 11, without what pct-encoded begins with
bool is_bchar(char c) {
    return is_alpha(c) || is_digit(c) || std::string_view("-._~!$'()*+,&=:@/").contains(c);
}

std::optional<int> hex_digit(char c) {
    if (is_digit(c)) return c - '0';
    const char upper = ascii_upper(c);
    if (upper >= 'A' && upper <= 'F') return upper - 'A' + 10;
    return std::nullopt;
}

// 1*bchar, decoded
Result<std::string> decode(std::string_view encoded) {
    if (encoded.empty()) return fault("something is missing");
    std::string out;
    for (std::size_t i = 0; i < encoded.size(); ++i) {
        if (is_bchar(encoded[i])) {
            out += encoded[i];
            continue;
        }
        if (encoded[i] != '%' || encoded.size() - i < 3) return fault("a character out of place");
        const auto high = hex_digit(encoded[i + 1]);
        const auto low = hex_digit(encoded[i + 2]);
        if (!high || !low) return fault("% without two hexadecimal digits");
        out += static_cast<char>(*high * 16 + *low);
        i += 2;
    }
    return out;
}

void encode(std::string& out, char c) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    const auto octet = static_cast<unsigned char>(c);
    out += '%';
    out += kHex[octet >> 4];
    out += kHex[octet & 15];
}

void encode(std::string& out, std::string_view text) {
    for (const char c : text) {
        if (is_bchar(c)) {
            out += c;
        } else {
            encode(out, c);
        }
    }
}

// Takes `word` from the front, in any ASCII case.
bool take(std::string_view& text, std::string_view word) {
    if (!ascii_iequals(text.substr(0, word.size()), word)) return false;
    text.remove_prefix(word.size());
    return true;
}

// Takes what is left up to the next parameter, "/;", or the end.
std::string_view take_value(std::string_view& text) {
    const std::size_t end = std::min(text.find("/;"), text.size());
    const std::string_view value = text.substr(0, end);
    text.remove_prefix(end);
    return value;
}

// The digits in front. Errors: invalid (none, or more than `max`).
Result<std::uint64_t> take_number(std::string_view& text, std::uint64_t max) {
    std::uint64_t number = 0;
    std::size_t digits = 0;
    for (; digits < text.size() && is_digit(text[digits]); ++digits) {
        const auto digit = static_cast<std::uint64_t>(text[digits] - '0');
        if (number > (max - digit) / 10) return fault("a number out of range");
        number = number * 10 + digit;
    }
    if (digits == 0) return fault("a number is missing");
    text.remove_prefix(digits);
    return number;
}

Result<std::uint32_t> take_nz_number(std::string_view& text) {
    LOAM_TRY(const std::uint64_t number,
             take_number(text, std::numeric_limits<std::uint32_t>::max()));
    if (number == 0) return fault("0 where no 0 may be");
    return static_cast<std::uint32_t>(number);
}

// imailbox-ref := enc-mailbox [";UIDVALIDITY=" nz-number]
Status take_mailbox(std::string_view& text, ImapUrl& url) {
    std::size_t end = text.find(';');
    if (end == std::string_view::npos) return fault("it names no message");
    std::string_view parameter = text.substr(end);
    const bool with_validity = take(parameter, ";UIDVALIDITY=");
    if (!with_validity) {
        if (end == 0 || text[end - 1] != '/') return fault("an unknown parameter");
        parameter = text.substr(--end);
    }
    LOAM_TRY(const std::string utf8, decode(text.substr(0, end)));
    LOAM_TRY(url.mailbox, canonical_name(utf8));
    if (with_validity) {
        LOAM_TRY(url.uidvalidity, take_nz_number(parameter));
    }
    text = parameter;
    return Status::good();
}

Result<SectionSpec> section_of(std::string_view encoded) {
    LOAM_TRY(const std::string decoded, decode(encoded));
    CommandText text;
    LOAM_TRY(const auto literal, text.add_line('[' + decoded + ']'));
    LOAM_CHECK(!literal);
    Lexer lexer(text);
    LOAM_TRY(SectionSpec section, parse_section(lexer));
    if (!lexer.at_end()) return fault("more than a section");
    return section;
}

// partial-range := number ["." nz-number]
Result<Partial> take_partial(std::string_view& text) {
    Partial partial{.origin = 0, .count = kToTheEnd};
    LOAM_TRY(partial.origin, take_number(text, kToTheEnd));
    if (!take(text, ".")) return partial;
    LOAM_TRY(partial.count, take_number(text, kToTheEnd));
    if (partial.count == 0) return fault("a part of no octets");
    return partial;
}

}  // namespace

Result<ImapUrl> parse_imap_url(std::string_view url) {
    std::string_view rest = url;
    if (!take(rest, "/") || rest.starts_with('/'))
        return fault("only a path on this server is taken");
    ImapUrl parsed;
    LOAM_TRY_STATUS(take_mailbox(rest, parsed));
    if (!take(rest, "/;UID=")) return fault("it names no message");
    LOAM_TRY(parsed.uid, take_nz_number(rest));
    if (take(rest, "/;SECTION=")) {
        LOAM_TRY(parsed.section, section_of(take_value(rest)));
    }
    if (take(rest, "/;PARTIAL=")) {
        LOAM_TRY(parsed.partial, take_partial(rest));
    }
    if (!rest.empty()) return fault("something follows that is not understood");
    return parsed;
}

std::string to_string(const ImapUrl& url) {
    std::string out = "/";
    encode(out, url.mailbox);
    if (url.uidvalidity) out += ";UIDVALIDITY=" + std::to_string(*url.uidvalidity);
    out += "/;UID=" + std::to_string(url.uid);
    const std::string section = to_string(url.section);
    if (section != "[]") {
        out += "/;SECTION=";
        encode(out, std::string_view(section).substr(1, section.size() - 2));
    }
    if (!url.partial) return out;
    out += "/;PARTIAL=" + std::to_string(url.partial->origin);
    if (url.partial->count != kToTheEnd) out += "." + std::to_string(url.partial->count);
    return out;
}

std::string badurl_text(std::string_view url) {
    std::string out;
    for (const char c : url) {
        if ((c >= 0 && c <= 0x1F) || c == 0x7F || c == ']' || c == '\\' || is_8bit(c)) {
            encode(out, c);
        } else {
            out += c;
        }
    }
    return out;
}

}  // namespace loam::imap
