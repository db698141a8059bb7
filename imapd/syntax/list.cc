#include "imapd/syntax/list.h"

#include "imapd/wire/list_pattern.h"

namespace loam::imap {
namespace {

struct SelectOption {
    std::string_view word;
    bool ListSelect::* member;
};
constexpr SelectOption kSelectOptions[] = {
    {"SUBSCRIBED", &ListSelect::subscribed},
    {"REMOTE", &ListSelect::remote},
    {"RECURSIVEMATCH", &ListSelect::recursive_match},
    {"SPECIAL-USE", &ListSelect::special_use},
};

bool accept_select_option(Lexer& lexer, ListSelect& select) {
    for (const SelectOption& option : kSelectOptions) {
        if (!lexer.accept_word(option.word)) continue;
        select.*option.member = true;
        return true;
    }
    return false;
}

// list-select-opts, after its "("
Status parse_select_options(Lexer& lexer, ListSelect& select) {
    if (lexer.accept(')')) return Status::good();
    do {
        if (!accept_select_option(lexer, select)) return lexer.expected("a selection option");
    } while (lexer.accept(' '));
    if (select.recursive_match && !select.subscribed)
        return lexer.fault("RECURSIVEMATCH without SUBSCRIBED");
    return lexer.expect(')');
}

Status parse_return_option(Lexer& lexer, const ParseContext& context, ListReturn& answer) {
    if (lexer.accept_word("SUBSCRIBED")) {
        answer.subscribed = true;
    } else if (lexer.accept_word("CHILDREN")) {
        answer.children = true;
    } else if (lexer.accept_word("SPECIAL-USE")) {
        answer.special_use = true;
    } else if (lexer.accept_word("STATUS")) {
        LOAM_TRY_STATUS(lexer.sp());
        LOAM_TRY(answer.status, parse_status_items(lexer, context));
    } else {
        return lexer.expected("a return option");
    }
    return Status::good();
}

// list-return-opts := "RETURN" SP "(" [list-return-opt *(SP list-return-opt)] ")"
Status parse_return_options(Lexer& lexer, const ParseContext& context, ListReturn& answer) {
    if (!lexer.accept_word("RETURN")) return lexer.expected("RETURN");
    LOAM_TRY_STATUS(lexer.sp());
    LOAM_TRY_STATUS(lexer.expect('('));
    if (lexer.accept(')')) return Status::good();
    do {
        LOAM_TRY_STATUS(parse_return_option(lexer, context, answer));
    } while (lexer.accept(' '));
    return lexer.expect(')');
}

// mbox-or-pat := list-mailbox / "(" list-mailbox *(SP list-mailbox) ")"
Result<std::vector<std::string>> parse_patterns(Lexer& lexer, bool& several) {
    std::vector<std::string> patterns;
    several = lexer.accept('(');
    do {
        if (patterns.size() == kListPatternsMax)
            return fail(Errc::limit, "LIST: too many patterns");
        LOAM_TRY(std::string pattern, lexer.list_mailbox());
        patterns.push_back(std::move(pattern));
    } while (several && lexer.accept(' '));
    if (several) LOAM_TRY_STATUS(lexer.expect(')'));
    return patterns;
}

}  // namespace

Result<ListArgs> parse_list(Lexer& lexer, const ParseContext& context) {
    ListArgs args;
    LOAM_TRY_STATUS(lexer.sp());
    if (lexer.accept('(')) {
        args.extended = true;
        LOAM_TRY_STATUS(parse_select_options(lexer, args.select));
        LOAM_TRY_STATUS(lexer.sp());
    }
    LOAM_TRY(const std::string reference, lexer.astring());
    LOAM_TRY_STATUS(lexer.sp());
    bool several = false;
    LOAM_TRY(const auto patterns, parse_patterns(lexer, several));
    args.extended = args.extended || several;
    if (lexer.accept(' ')) {
        args.extended = true;
        LOAM_TRY_STATUS(parse_return_options(lexer, context, args.answer));
    }
    LOAM_TRY_STATUS(lexer.expect_end());

    args.wants_separator = !args.extended && patterns.front().empty();
    for (const std::string& pattern : patterns) {
        if (pattern.empty()) continue;
        LOAM_TRY(auto joined, canonical_pattern(reference, pattern, context.mode));
        if (joined) args.patterns.push_back(*std::move(joined));
    }
    return args;
}

}  // namespace loam::imap
