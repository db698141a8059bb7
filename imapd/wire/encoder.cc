#include "imapd/wire/encoder.h"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "engine/base/check.h"
#include "imapd/wire/chars.h"
#include "imapd/wire/mailbox_name.h"

namespace loam::imap {
namespace {

constexpr char kNulStandIn = '\x80';  // same length, so that sizes hold

bool breaks_quoted(char c) {
    return c == '\r' || c == '\n' || c == '\0';
}

bool can_quote(std::string_view octets, const ModeRules& rules) {
    if (octets.size() > kQuotedBytesMax || std::ranges::any_of(octets, breaks_quoted)) return false;
    return is_ascii(octets) || (rules.utf8_quoted && is_utf8(octets));
}

void append_quoted(std::string& out, std::string_view octets) {
    out += '"';
    for (const char c : octets) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    out += '"';
}

}  // namespace

std::string_view to_string(Condition condition) {
    switch (condition) {
        case Condition::ok:
            return "OK";
        case Condition::no:
            return "NO";
        case Condition::bad:
            return "BAD";
        case Condition::bye:
            return "BYE";
        case Condition::preauth:
            return "PREAUTH";
    }
    return "BAD";
}

void ResponseWriter::text(std::string_view words) {
    // A client that sees "[" first would read a code; one that sees nothing may stumble (RFC 3501
    // wants a character).
    if (words.empty() || words.front() == '[') raw("- ");
    const bool keep_8bit = rules().utf8_text && is_utf8(words);
    for (const char c : words) {
        const char shown = is_8bit(c) && !keep_8bit ? '?' : c;
        *out_ += breaks_quoted(c) ? ' ' : shown;
    }
}

void ResponseWriter::condition_line(Condition condition, std::string_view code,
                                    std::string_view words) {
    raw(to_string(condition)).sp();
    if (!code.empty()) {
        LOAM_CHECK(std::ranges::none_of(code, breaks_quoted));
        raw("[").raw(code).raw("] ");
    }
    text(words.empty() ? "done" : words);
    end();
}

void ResponseWriter::tagged(std::string_view tag, Condition condition, std::string_view code,
                            std::string_view words) {
    LOAM_CHECK(!tag.empty());
    raw(tag).sp();
    condition_line(condition, code, words);
}

void ResponseWriter::untagged(Condition condition, std::string_view code, std::string_view words) {
    begin();
    condition_line(condition, code, words);
}

void ResponseWriter::continuation(std::string_view words) {
    raw("+ ");
    text(words.empty() ? "go on" : words);
    end();
}

void ResponseWriter::untagged_line(std::string_view line) {
    begin().raw(line).end();
}

ResponseWriter& ResponseWriter::begin() {
    return raw("* ");
}

ResponseWriter& ResponseWriter::begin(std::uint32_t number) {
    return raw("* ").number(number).sp();
}

void ResponseWriter::end() {
    raw("\r\n");
}

ResponseWriter& ResponseWriter::raw(std::string_view wire) {
    *out_ += wire;
    return *this;
}

ResponseWriter& ResponseWriter::number(std::uint64_t value) {
    char digits[20];  // 2^64 has twenty
    const auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
    LOAM_DCHECK(error == std::errc{});
    return raw({digits, end});
}

ResponseWriter& ResponseWriter::string(std::string_view octets) {
    if (can_quote(octets, rules())) {
        append_quoted(*out_, octets);
        return *this;
    }
    literal_header(octets.size());
    const std::size_t begin = out_->size();
    raw(octets);
    std::replace(out_->begin() + static_cast<std::ptrdiff_t>(begin), out_->end(), '\0',
                 kNulStandIn);
    return *this;
}

ResponseWriter& ResponseWriter::nstring(const std::optional<std::string>& octets) {
    return octets ? string(*octets) : raw("NIL");
}

ResponseWriter& ResponseWriter::astring(std::string_view octets) {
    const bool atom = !octets.empty() && std::ranges::all_of(octets, is_atom_char);
    return atom && !ascii_iequals(octets, "NIL") ? raw(octets) : string(octets);
}

ResponseWriter& ResponseWriter::mailbox(std::string_view canonical_name) {
    if (canonical_name == "INBOX") return raw(canonical_name);
    return string(mailbox_to_wire(canonical_name, mode_));
}

ResponseWriter& ResponseWriter::flags(const FlagNames& names, bool recent) {
    return raw(to_string(names, recent));
}

ResponseWriter& ResponseWriter::date_time(const DateTime& when) {
    raw("\"");
    append_date_time(*out_, when);
    return raw("\"");
}

ResponseWriter& ResponseWriter::set(const NumSet& numbers) {
    LOAM_CHECK(!numbers.empty());
    return raw(to_string(numbers));
}

ResponseWriter& ResponseWriter::literal_header(std::uint64_t size_bytes) {
    return raw("{").number(size_bytes).raw("}\r\n");
}

ResponseWriter& ResponseWriter::literal8_header(std::uint64_t size_bytes) {
    return raw("~").literal_header(size_bytes);
}

}  // namespace loam::imap
