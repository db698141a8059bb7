// Whatever is to be said, the response writer says it in the grammar of RFC 9051 section 9: read
// back it is the same, no octet ends a line too early, and none is beyond ASCII where the mode
// forbids it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/check.h"
#include "imapd/wire/chars.h"
#include "imapd/wire/encoder.h"
#include "imapd/wire/lexer.h"
#include "imapd/wire/mailbox_name.h"
#include "tests/imapd/wire/command_of.h"

namespace loam::imap {
namespace {

/// Pieces of the input, each with a length in front.
class Pieces {
  public:
    explicit Pieces(std::string_view octets) : octets_(octets) {}
    bool empty() const { return octets_.empty(); }
    unsigned number() {
        if (octets_.empty()) return 0;
        const auto value = static_cast<unsigned char>(octets_.front());
        octets_.remove_prefix(1);
        return value;
    }
    std::string_view piece() {
        const std::size_t size = std::min<std::size_t>(number(), octets_.size());
        const std::string_view taken = octets_.substr(0, size);
        octets_.remove_prefix(size);
        return taken;
    }

  private:
    std::string_view octets_;
};

/// NUL has no form outside of literal8: RFC 9051 section 4.3.1.
std::string without_nul(std::string_view text) {
    std::string out(text);
    std::ranges::replace(out, '\0', '\x80');
    return out;
}

/// Octets outside of literals keep to what the mode allows.
void check_lines(std::string_view wire, const ModeRules& rules) {
    while (!wire.empty()) {
        const std::size_t end = wire.find("\r\n");
        LOAM_CHECK(end != std::string_view::npos);
        const std::string_view line = wire.substr(0, end);
        LOAM_CHECK(line.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos);
        LOAM_CHECK(is_ascii(line) || rules.utf8_quoted || rules.utf8_text);
        wire.remove_prefix(end + 2);
        CommandText text;
        const auto literal = text.add_line(line);
        if (literal && *literal) wire.remove_prefix((*literal)->size_bytes);
    }
}

/// "* X", items, CRLF; then the items are read again.
void check_strings(Pieces pieces, Mode mode) {
    std::string wire;
    ResponseWriter writer(wire, mode);
    writer.raw("x");
    Pieces first = pieces;
    while (!first.empty()) {
        const unsigned kind = first.number() % 4;
        const std::string_view octets = first.piece();
        writer.sp();
        if (kind == 0) writer.string(octets);
        if (kind == 1) writer.astring(octets);
        if (kind == 2) writer.nstring(std::string(octets));
        if (kind == 3) writer.number(octets.size() * 1'000'003);
    }
    writer.end();
    check_lines(wire, rules_of(mode));
    wire.resize(wire.size() - 2);
    const auto text = command_of(wire);
    if (!text) return;  // longer than a command may be
    Lexer lexer(*text);
    LOAM_CHECK(lexer.accept('x'));
    while (!pieces.empty()) {
        const unsigned kind = pieces.number() % 4;
        const std::string_view octets = pieces.piece();
        LOAM_CHECK(lexer.sp().ok());
        if (kind == 3) {
            const auto number = lexer.number64();
            LOAM_CHECK(number && *number == octets.size() * 1'000'003);
        } else if (kind == 2) {
            const auto value = lexer.nstring();
            LOAM_CHECK(value && *value && **value == without_nul(octets));
        } else {
            const auto value = lexer.astring();
            LOAM_CHECK(value && *value == without_nul(octets));
        }
    }
    LOAM_CHECK(lexer.at_end());
}

void check_mailbox(std::string_view octets, Mode mode) {
    const auto name = canonical_name(octets);
    if (!name || name->empty()) return;
    std::string wire;
    ResponseWriter(wire, mode).mailbox(*name);
    LOAM_CHECK(is_ascii(wire) || rules_of(mode).utf8_names);
    const auto text = command_of(wire);
    LOAM_CHECK(text.ok());
    Lexer lexer(*text);
    const auto read = lexer.astring();
    LOAM_CHECK(read.ok());
    const auto back = mailbox_from_wire(*read, mode);
    LOAM_CHECK(back && back->name == *name && back->given.empty());
}

void check_words(std::string_view octets, Mode mode) {
    std::string wire;
    ResponseWriter writer(wire, mode);
    writer.tagged("t", Condition::no, {}, octets);
    writer.untagged(Condition::bye, "UNAVAILABLE", octets);
    writer.continuation(octets);
    LOAM_CHECK(std::ranges::count(wire, '\n') == 3 && std::ranges::count(wire, '\r') == 3);
    LOAM_CHECK(wire.find('\0') == std::string::npos);
    LOAM_CHECK(is_ascii(wire) || (rules_of(mode).utf8_text && is_utf8(wire)));
    LOAM_CHECK(wire.starts_with("t NO ") && !wire.starts_with("t NO ["));
}

void check(std::string_view octets, Mode mode) {
    check_strings(Pieces(octets), mode);
    check_mailbox(octets, mode);
    check_words(octets, mode);
}

}  // namespace
}  // namespace loam::imap

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view octets(reinterpret_cast<const char*>(data), size);
    for (const auto mode : {loam::imap::Mode::r1, loam::imap::Mode::u8, loam::imap::Mode::r2})
        loam::imap::check(octets, mode);
    return 0;
}
