#include "imapd/syntax/select.h"

#include "imapd/syntax/delete.h"

namespace loam::imap {
namespace {

Result<NumSet> parse_known_set(Lexer& lexer) {
    LOAM_TRY(const std::string_view text, lexer.set_text());
    return parse_uid_set(text);
}

// seq-match-data := "(" known-sequence-set SP known-uid-set ")"
Result<QresyncParam::SeqMatch> parse_seq_match(Lexer& lexer) {
    QresyncParam::SeqMatch match;
    LOAM_TRY_STATUS(lexer.expect('('));
    LOAM_TRY(match.seqs, parse_known_set(lexer));
    LOAM_TRY_STATUS(lexer.sp());
    LOAM_TRY(match.uids, parse_known_set(lexer));
    LOAM_TRY_STATUS(lexer.expect(')'));
    if (match.seqs.count() != match.uids.count())
        return lexer.fault("QRESYNC with unlike numbers of messages and uids");
    return match;
}

// "(" uidvalidity SP mod-sequence-value [SP known-uids] [SP seq-match-data] ")"
Result<QresyncParam> parse_qresync(Lexer& lexer) {
    QresyncParam param;
    LOAM_TRY_STATUS(lexer.expect('('));
    LOAM_TRY(param.uidvalidity, lexer.nz_number());
    LOAM_TRY_STATUS(lexer.sp());
    LOAM_TRY(param.modseq, lexer.nz_number64());
    bool more = lexer.accept(' ');
    if (more && lexer.peek() != '(') {
        LOAM_TRY(param.known_uids, parse_known_set(lexer));
        more = lexer.accept(' ');
    }
    if (more) {
        LOAM_TRY(param.match, parse_seq_match(lexer));
    }
    LOAM_TRY_STATUS(lexer.expect(')'));
    return param;
}

Status parse_parameters(Lexer& lexer, SelectArgs& args) {
    LOAM_TRY_STATUS(lexer.expect('('));
    do {
        if (lexer.accept_word("CONDSTORE")) {
            args.condstore = true;
        } else if (!args.qresync && lexer.accept_word("QRESYNC")) {
            LOAM_TRY_STATUS(lexer.sp());
            LOAM_TRY(args.qresync, parse_qresync(lexer));
        } else {
            return lexer.expected("CONDSTORE or QRESYNC");
        }
    } while (lexer.accept(' '));
    return lexer.expect(')');
}

}  // namespace

Result<SelectArgs> parse_select(Lexer& lexer, const ParseContext& context) {
    SelectArgs args;
    LOAM_TRY(args.mailbox, parse_mailbox(lexer, context));
    if (lexer.accept(' ')) LOAM_TRY_STATUS(parse_parameters(lexer, args));
    LOAM_TRY_STATUS(lexer.expect_end());
    return args;
}

}  // namespace loam::imap
