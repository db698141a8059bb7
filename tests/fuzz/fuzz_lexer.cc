// Any octets as one command: whatever way the tokens are read, the lexer ends, and what it read as
// a string, the response writer can send back so that it reads the same.
#include <cstddef>
#include <cstdint>
#include <string>

#include "engine/base/check.h"
#include "imapd/wire/encoder.h"
#include "imapd/wire/lexer.h"
#include "tests/imapd/wire/command_of.h"

namespace loam::imap {
namespace {

void round_trip(const std::string& value) {
    for (const Mode mode : {Mode::r1, Mode::u8, Mode::r2}) {
        std::string wire;
        ResponseWriter(wire, mode).astring(value);
        const auto text = command_of(wire);
        if (!text) continue;  // longer than a command may be
        Lexer lexer(*text);
        const auto again = lexer.astring();
        LOAM_CHECK(again && *again == value && lexer.at_end());
    }
}

/// The first octet chooses what is tried first; each turn takes something or ends the run.
bool step(Lexer& lexer, unsigned choice) {
    switch (choice % 6) {
        case 0:
            return lexer.atom().ok();
        case 1:
            return lexer.number64().ok();
        case 2:
            return lexer.nstring().ok();
        case 3:
            return lexer.list_mailbox().ok();
        case 4:
            return lexer.set_text().ok();
        default:
            break;
    }
    const auto value = lexer.astring();
    if (value) round_trip(*value);
    return value.ok();
}

void walk(std::string_view octets) {
    const auto text = command_of(octets);
    if (!text) return;
    Lexer lexer(*text);
    unsigned choice = octets.empty() ? 0 : static_cast<unsigned char>(octets.front());
    while (!lexer.at_end() && !lexer.at_pending()) {
        const std::size_t before = lexer.column();
        bool moved = step(lexer, choice++);
        for (const char c : {' ', '(', ')', '[', ']'})
            moved = lexer.accept(c) || moved;
        if (!moved && !lexer.string8()) break;
        LOAM_CHECK(lexer.column() >= before);
    }
}

}  // namespace
}  // namespace loam::imap

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    loam::imap::walk({reinterpret_cast<const char*>(data), size});
    return 0;
}
