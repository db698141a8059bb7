#include "imapd/syntax/store.h"

namespace loam::imap {
namespace {

// store-modifier := "UNCHANGEDSINCE" SP mod-sequence-valzer, at most once
Status parse_modifiers(Lexer& lexer, StoreArgs& args) {
    LOAM_TRY_STATUS(lexer.expect('('));
    if (!lexer.accept_word("UNCHANGEDSINCE")) return lexer.expected("UNCHANGEDSINCE");
    LOAM_TRY_STATUS(lexer.sp());
    LOAM_TRY(args.unchanged_since, lexer.number64());
    LOAM_TRY_STATUS(lexer.expect(')'));
    return lexer.sp();
}

}  // namespace

Result<StoreArgs> parse_store(Lexer& lexer, const ParseContext& context) {
    StoreArgs args{.by_uid = context.by_uid};
    LOAM_TRY_STATUS(lexer.sp());
    LOAM_TRY(const std::string_view set, lexer.set_text());
    LOAM_TRY(args.set, parse_sequence_set(set));
    LOAM_TRY_STATUS(lexer.sp());
    if (lexer.peek() == '(') LOAM_TRY_STATUS(parse_modifiers(lexer, args));
    if (lexer.accept('+')) {
        args.change = StoreArgs::Change::add;
    } else if (lexer.accept('-')) {
        args.change = StoreArgs::Change::remove;
    }
    args.silent = lexer.accept_word("FLAGS.SILENT");
    if (!args.silent && !lexer.accept_word("FLAGS")) return lexer.expected("FLAGS or FLAGS.SILENT");
    LOAM_TRY_STATUS(lexer.sp());
    LOAM_TRY(args.flags, parse_flags(lexer));
    LOAM_TRY_STATUS(lexer.expect_end());
    return args;
}

}  // namespace loam::imap
