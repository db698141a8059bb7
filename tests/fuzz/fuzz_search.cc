// A search program, printed, is parsed as the same program, unless a literal held what no quoted
// string may.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/check.h"
#include "imapd/syntax/search.h"
#include "tests/imapd/wire/command_of.h"

namespace loam::imap {
namespace {

void check(std::string_view octets, Mode mode) {
    const auto text = command_of(octets);
    if (!text) return;
    Lexer lexer(*text);
    const ParseContext context{.mode = mode};
    const auto args = parse_search(lexer, context);
    if (!args || !args->charset_known) return;
    const std::string key = to_string(args->key);
    if (key.find_first_of("\r\n") != std::string::npos) return;
    const auto printed = command_of(" " + key);
    if (!printed) return;  // longer than a command may be
    Lexer second(*printed);
    const auto again = parse_search(second, context);
    // The outermost keys are printed as a list, one level deeper than they were.
    if (!again && again.error().code == Errc::limit) return;
    LOAM_CHECK(again && again->key == args->key);
}

}  // namespace
}  // namespace loam::imap

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view octets(reinterpret_cast<const char*>(data), size);
    for (const auto mode : {loam::imap::Mode::r1, loam::imap::Mode::u8, loam::imap::Mode::r2})
        loam::imap::check(octets, mode);
    return 0;
}
