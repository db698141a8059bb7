#include "imapd/syntax/search.h"

#include "imapd/wire/chars.h"

namespace loam::imap {
namespace {

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
        if (lexer.accept_word("MIN"))
            answer.min = true;
        else if (lexer.accept_word("MAX"))
            answer.max = true;
        else if (lexer.accept_word("ALL"))
            answer.all = true;
        else if (lexer.accept_word("COUNT"))
            answer.count = true;
        else if (lexer.accept_word("SAVE"))
            answer.save = true;
        else
            return lexer.expected("MIN, MAX, ALL, COUNT or SAVE");
    } while (lexer.accept(' '));
    return lexer.expect(')');
}

bool is_known_charset(std::string_view charset) {
    return charset == "UTF-8" || charset == "US-ASCII" || charset == "ASCII" || charset == "UTF8";
}

// "CHARSET" SP charset SP
Status parse_charset(Lexer& lexer, const ParseContext& context, SearchArgs& args) {
    if (!rules_of(context.mode).search_charset)
        return lexer.fault("CHARSET after ENABLE UTF8=ACCEPT");
    LOAM_TRY_STATUS(lexer.sp());
    LOAM_TRY(const std::string charset, lexer.astring());
    LOAM_TRY_STATUS(lexer.sp());
    args.charset = ascii_upper(charset);
    args.charset_known = is_known_charset(args.charset);
    return Status::good();
}

}  // namespace

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
