// A whole APPEND, driven as the server drives it; what stands before each message prints and parses
// as the same.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/check.h"
#include "imapd/syntax/append.h"
#include "imapd/syntax/command.h"
#include "imapd/syntax/imap_url.h"
#include "tests/imapd/wire/command_of.h"

namespace loam::imap {
namespace {

std::string print(const AppendMessage& message) {
    std::string out = " " + to_string(message.flags);
    if (message.date) out += " \"" + to_string(*message.date) + "\"";
    if (message.catenate) return out + " CATENATE (";
    if (message.utf8) out += " UTF8 (";
    out += message.utf8 ? "~{" : message.literal.binary ? " ~{" : " {";
    out += std::to_string(message.literal.size_bytes);
    return out + (message.literal.non_sync ? "+}" : "}");
}

void round_trip(const AppendMessage& message) {
    const auto text = command_of(print(message));
    LOAM_CHECK(text.ok());
    Lexer lexer(*text);
    const auto again = parse_append_next(lexer, false);
    LOAM_CHECK(again && again->has_value());
    AppendMessage same = **again;
    same.literal.at_bytes = message.literal.at_bytes;
    LOAM_CHECK(same.flags == message.flags && same.utf8 == message.utf8);
    LOAM_CHECK(same.catenate == message.catenate);
    LOAM_CHECK(same.literal == message.literal);
    LOAM_CHECK(same.date.has_value() == message.date.has_value());
}

constexpr char kCut = '\x1E';  // where the octets of a message would be

/// The parts of a message in one line. A URL that is taken prints and parses as the same.
void walk_parts(Lexer& lexer) {
    std::optional<CatenatePart> last;
    for (;;) {
        const auto part = parse_catenate_part(lexer, last ? &*last : nullptr);
        if (!part || !*part) return;
        LOAM_CHECK((*part)->url || (*part)->literal);
        if ((*part)->literal) return;
        LOAM_CHECK(!badurl_text((*part)->address).contains(']'));
        if (const auto url = parse_imap_url((*part)->address)) {
            const auto again = parse_imap_url(to_string(*url));
            LOAM_CHECK(again && *again == *url);
        }
        last = **part;
    }
}

/// Each piece of `octets` is what followed a message.
void follow(std::string_view octets, bool previous_utf8) {
    while (!octets.empty()) {
        const std::size_t end = std::min(octets.find(kCut), octets.size());
        CommandText text;
        if (!text.add_line(octets.substr(0, end))) return;
        Lexer lexer(text);
        const auto next = parse_append_next(lexer, previous_utf8);
        if (!next || !*next) return;
        round_trip(**next);
        previous_utf8 = (*next)->utf8;
        octets.remove_prefix(std::min(end + 1, octets.size()));
    }
}

void check(std::string_view octets, Mode mode) {
    const std::size_t end = std::min(octets.find(kCut), octets.size());
    const auto text = command_of(octets.substr(0, end));
    if (!text) return;
    const bool message = append_awaits_message(*text);
    LOAM_CHECK(!message || text->pending());
    Lexer lexer(*text);
    if (!parse_command_head(lexer)) return;
    const auto head = parse_append_head(lexer, {.mode = mode});
    if (!head) return;
    LOAM_CHECK(!head->mailbox.name.empty());
    LOAM_CHECK(head->message.catenate || lexer.at_pending());
    if (head->message.catenate) walk_parts(lexer);
    round_trip(head->message);
    follow(octets.substr(std::min(end + 1, octets.size())), head->message.utf8);
}

}  // namespace
}  // namespace loam::imap

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view octets(reinterpret_cast<const char*>(data), size);
    for (const auto mode : {loam::imap::Mode::r1, loam::imap::Mode::r2})
        loam::imap::check(octets, mode);
    return 0;
}
