#include "imapd/syntax/sort.h"

namespace loam::imap {
namespace {

struct Word {
    std::string_view name;
    SortField field;
};
constexpr Word kWords[] = {
    {"ARRIVAL", SortField::arrival},
    {"CC", SortField::cc},
    {"DATE", SortField::date},
    {"DISPLAYFROM", SortField::display_from},
    {"DISPLAYTO", SortField::display_to},
    {"FROM", SortField::from},
    {"SIZE", SortField::size},
    {"SUBJECT", SortField::subject},
    {"TO", SortField::to},
};

// sort-criterion: ["REVERSE" SP] sort-key
Result<SortTerm> parse_term(Lexer& lexer) {
    SortTerm term;
    if (lexer.accept_word("REVERSE")) {
        term.reverse = true;
        LOAM_TRY_STATUS(lexer.sp());
    }
    for (const Word& word : kWords) {
        if (!lexer.accept_word(word.name)) continue;
        term.field = word.field;
        return term;
    }
    return lexer.expected("a sort criterion");
}

}  // namespace

Result<SortArgs> parse_sort(Lexer& lexer, const ParseContext& context) {
    SortArgs args{.search = {.by_uid = context.by_uid}};
    LOAM_TRY_STATUS(lexer.sp());
    LOAM_TRY(args.search.answer, parse_search_return(lexer));
    LOAM_TRY_STATUS(lexer.expect('('));
    do {
        LOAM_TRY(const SortTerm term, parse_term(lexer));
        args.terms.push_back(term);
        if (args.terms.size() > kSortTermsMax) return fail(Errc::limit, "too many sort criteria");
    } while (lexer.accept(' '));
    LOAM_TRY_STATUS(lexer.expect(')'));
    LOAM_TRY_STATUS(lexer.sp());
    LOAM_TRY_STATUS(parse_search_criteria(lexer, context, args.search));
    return args;
}

Result<ThreadArgs> parse_thread(Lexer& lexer, const ParseContext& context) {
    ThreadArgs args{.search = {.by_uid = context.by_uid}};
    LOAM_TRY_STATUS(lexer.sp());
    args.by_references = lexer.accept_word("REFERENCES");
    if (!args.by_references && !lexer.accept_word("ORDEREDSUBJECT"))
        return lexer.expected("ORDEREDSUBJECT or REFERENCES");
    LOAM_TRY_STATUS(lexer.sp());
    LOAM_TRY_STATUS(parse_search_criteria(lexer, context, args.search));
    return args;
}

}  // namespace loam::imap
