#include "imapd/syntax/authenticate.h"

#include <algorithm>

#include "imapd/wire/chars.h"

namespace loam::imap {
namespace {

bool is_base64_char(char c) {
    return is_alpha(c) || is_digit(c) || c == '+' || c == '/' || c == '=';
}

}  // namespace

Result<AuthenticateArgs> parse_authenticate(Lexer& lexer, const ParseContext& /*context*/) {
    AuthenticateArgs args;
    LOAM_TRY_STATUS(lexer.sp());
    LOAM_TRY(const std::string_view mechanism, lexer.atom());
    args.mechanism = ascii_upper(mechanism);
    if (lexer.at_end()) return args;
    LOAM_TRY_STATUS(lexer.sp());
    const Lexer start = lexer;
    const std::string_view initial = lexer.rest();
    if (initial.empty() || !std::ranges::all_of(initial, is_base64_char))
        return start.expected("base64");
    LOAM_TRY_STATUS(lexer.expect_end());
    args.initial = initial == "=" ? std::string() : std::string(initial);
    return args;
}

}  // namespace loam::imap
