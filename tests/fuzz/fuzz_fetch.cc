// The arguments of FETCH, printed as a client writes them, are parsed as the same arguments.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/check.h"
#include "imapd/syntax/fetch.h"
#include "tests/imapd/wire/command_of.h"

namespace loam::imap {
namespace {

void check(std::string_view octets, const ParseContext& context) {
    const auto text = command_of(octets);
    if (!text) return;
    Lexer lexer(*text);
    const auto args = parse_fetch(lexer, context);
    if (!args) return;
    const auto printed = command_of(" " + to_string(*args));
    if (!printed) return;  // a literal of many quotes prints longer than a command may be
    Lexer second(*printed);
    const auto again = parse_fetch(second, context);
    LOAM_CHECK(again && *again == *args);
    for (const FetchItem& item : args->items)
        LOAM_CHECK(response_name(item).find('\r') == std::string::npos);
}

}  // namespace
}  // namespace loam::imap

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view octets(reinterpret_cast<const char*>(data), size);
    for (const bool by_uid : {false, true})
        loam::imap::check(octets, {.by_uid = by_uid});
    return 0;
}
