// Patterns of LIST that were taken are canonical, and a pattern without wildcards matches itself.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/check.h"
#include "imapd/syntax/list.h"
#include "imapd/wire/list_pattern.h"
#include "imapd/wire/mailbox_name.h"
#include "tests/imapd/wire/command_of.h"

namespace loam::imap {
namespace {

void check(std::string_view octets, Mode mode) {
    const auto text = command_of(octets);
    if (!text) return;
    Lexer lexer(*text);
    const auto args = parse_list(lexer, {.mode = mode});
    if (!args) return;
    LOAM_CHECK(!args->wants_separator || (args->patterns.empty() && !args->extended));
    LOAM_CHECK(!args->select.recursive_match || args->select.subscribed);
    for (const std::string& pattern : args->patterns) {
        const auto same = canonical_name(pattern);
        LOAM_CHECK(same && *same == pattern);
        LOAM_CHECK(matches_pattern("*", pattern));
        // A wildcard octet in the name is matched by the wildcard in the pattern.
        const bool has_percent_over_slash = pattern.find('%') != std::string::npos;
        LOAM_CHECK(has_percent_over_slash || matches_pattern(pattern, pattern));
        // Printed for the session that sent it, it is the same pattern again.
        const auto again = canonical_pattern("", mailbox_to_wire(pattern, mode), mode);
        LOAM_CHECK(again && *again && **again == pattern);
    }
}

}  // namespace
}  // namespace loam::imap

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view octets(reinterpret_cast<const char*>(data), size);
    for (const auto mode : {loam::imap::Mode::r1, loam::imap::Mode::u8, loam::imap::Mode::r2})
        loam::imap::check(octets, mode);
    return 0;
}
