#pragma once

#include <string>
#include <string_view>

#include "imapd/syntax/context.h"
#include "imapd/wire/lexer.h"
#include "tests/imapd/wire/command_of.h"

namespace loam::imap {

/// `arguments` as they stand behind the name of the command, space included, read by `parse` and
/// shown by `show`;
/// "[code]" where they are refused.
template <typename Parse, typename Show>
std::string parsed(std::string_view arguments, const ParseContext& context, Parse parse,
                   Show show) {
    const auto text = command_of(arguments);
    if (!text) return "[" + std::string(to_string(text.error().code)) + "]";
    Lexer lexer(*text);
    const auto args = parse(lexer, context);
    if (!args) return "[" + std::string(to_string(args.error().code)) + "]";
    return show(*args);
}

inline constexpr ParseContext kR1{.mode = Mode::r1};
inline constexpr ParseContext kU8{.mode = Mode::u8};
inline constexpr ParseContext kR2{.mode = Mode::r2};
inline constexpr ParseContext kByUid{.mode = Mode::r1, .by_uid = true};

struct Case {
    const char* why;
    std::string_view arguments;
    std::string_view want;
};

}  // namespace loam::imap
