#include "imapd/syntax/search.h"

#include "imapd/wire/chars.h"

namespace loam::imap {
namespace {

struct Option {
    std::string_view word;
    bool SearchReturn::* member;
};
constexpr Option kOptions[] = {
    {"MIN", &SearchReturn::min},     {"MAX", &SearchReturn::max},   {"ALL", &SearchReturn::all},
    {"COUNT", &SearchReturn::count}, {"SAVE", &SearchReturn::save},
};

bool accept_option(Lexer& lexer, SearchReturn& answer) {
    for (const Option& option : kOptions) {
        if (!lexer.accept_word(option.word)) continue;
        answer.*option.member = true;
        return true;
    }
    return false;
}

// search-return-opts: "RETURN" SP "(" [option *(SP option)] ")"
Status parse_return(Lexer& lexer, SearchReturn& answer) {
    answer.given = true;
    LOAM_TRY_STATUS(lexer.sp());
    LOAM_TRY_STATUS(lexer.expect('('));
    if (lexer.accept(')')) {
        answer.all = true;
        return Status::good();
    }
    do {
        if (!accept_option(lexer, answer)) return lexer.expected("MIN, MAX, ALL, COUNT or SAVE");
    } while (lexer.accept(' '));
    return lexer.expect(')');
}

// "CHARSET" SP charset SP
Status parse_charset(Lexer& lexer, const ParseContext& context, SearchArgs& args) {
    if (!rules_of(context.mode).search_charset)
        return lexer.fault("CHARSET after ENABLE UTF8=ACCEPT");
    LOAM_TRY_STATUS(lexer.sp());
    LOAM_TRY(const std::string charset, lexer.astring());
    LOAM_TRY_STATUS(lexer.sp());
    args.charset = ascii_upper(charset);
    args.charset_known = is_search_charset(args.charset);
    return Status::good();
}

}  // namespace

bool is_search_charset(std::string_view charset) {
    return charset == "UTF-8" || charset == "US-ASCII" || charset == "ASCII" || charset == "UTF8";
}

Result<SearchArgs> parse_search(Lexer& lexer, const ParseContext& context) {
    SearchArgs args{.by_uid = context.by_uid};
    LOAM_TRY_STATUS(lexer.sp());
    if (lexer.accept_word("RETURN")) {
        LOAM_TRY_STATUS(parse_return(lexer, args.answer));
        LOAM_TRY_STATUS(lexer.sp());
    }
    if (lexer.accept_word("CHARSET")) LOAM_TRY_STATUS(parse_charset(lexer, context, args));
    if (!args.charset_known) return args;
    LOAM_TRY(args.key, parse_search_keys(lexer, context));
    return args;
}

}  // namespace loam::imap
