#include "imapd/syntax/search.h"

#include "imapd/wire/chars.h"

namespace loam::imap {
namespace {

bool is_search_charset(std::string_view charset) {
    return charset == "UTF-8" || charset == "US-ASCII" || charset == "ASCII" || charset == "UTF8";
}

}  // namespace

Status parse_search_criteria(Lexer& lexer, const ParseContext& context, SearchArgs& args) {
    LOAM_TRY(const std::string charset, lexer.astring());
    LOAM_TRY_STATUS(lexer.sp());
    args.charset = ascii_upper(charset);
    args.charset_known = is_search_charset(args.charset);
    if (!args.charset_known) return Status::good();
    LOAM_TRY(args.key, parse_search_keys(lexer, context));
    return Status::good();
}

Result<SearchArgs> parse_search(Lexer& lexer, const ParseContext& context) {
    SearchArgs args{.by_uid = context.by_uid};
    LOAM_TRY_STATUS(lexer.sp());
    LOAM_TRY(args.answer, parse_search_return(lexer));
    if (lexer.accept_word("CHARSET")) {
        if (!rules_of(context.mode).search_charset)
            return lexer.fault("CHARSET after ENABLE UTF8=ACCEPT");
        LOAM_TRY_STATUS(lexer.sp());
        LOAM_TRY_STATUS(parse_search_criteria(lexer, context, args));
    } else {
        LOAM_TRY(args.key, parse_search_keys(lexer, context));
    }
    return args;
}

}  // namespace loam::imap
