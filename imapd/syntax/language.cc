#include "imapd/syntax/language.h"

#include <algorithm>

#include "imapd/wire/chars.h"

namespace loam::imap {
namespace {

// language-range := "*" / 1*8ALPHA *("-" 1*8alphanum), RFC 4647 section 2.1, less strictly
bool is_range(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return is_alpha(c) || is_digit(c) || c == '-' || c == '*';
    });
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

}  // namespace

Result<LanguageArgs> parse_language(Lexer& lexer, const ParseContext& /*context*/) {
    LanguageArgs args;
    while (lexer.accept(' ')) {
        if (args.ranges.size() == kLanguageRangesMax)
            return fail(Errc::limit, "LANGUAGE: too many ranges");
        const Lexer start = lexer;
        LOAM_TRY(const std::string range, lexer.astring());
        if (!is_range(range)) return start.expected("a language");
        args.ranges.push_back(lower(range));
    }
    LOAM_TRY_STATUS(lexer.expect_end());
    return args;
}

}  // namespace loam::imap
