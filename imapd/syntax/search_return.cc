#include "imapd/syntax/search_return.h"

#include <algorithm>
#include <string_view>

namespace loam::imap {
namespace {

struct Option {
    std::string_view word;
    bool SearchReturn::* member;
};
constexpr Option kOptions[] = {
    {"MIN", &SearchReturn::min},         {"MAX", &SearchReturn::max},
    {"ALL", &SearchReturn::all},         {"COUNT", &SearchReturn::count},
    {"SAVE", &SearchReturn::save},       {"UPDATE", &SearchReturn::update},
    {"CONTEXT", &SearchReturn::context},
};

Status parse_option(Lexer& lexer, SearchReturn& answer) {
    for (const Option& option : kOptions) {
        if (!lexer.accept_word(option.word)) continue;
        answer.*option.member = true;
        return Status::good();
    }
    if (!answer.partial && lexer.accept_word("PARTIAL")) {
        LOAM_TRY_STATUS(lexer.sp());
        LOAM_TRY(answer.partial, parse_partial_range(lexer));
        return Status::good();
    }
    return lexer.expected("MIN, MAX, ALL, COUNT, SAVE, UPDATE, CONTEXT or one PARTIAL");
}

}  // namespace

std::uint32_t PartialRange::reach() const {
    return std::max(first, last);
}

PartialRange::Places PartialRange::places_in(std::size_t count) const {
    const std::size_t near = std::min<std::size_t>(std::min(first, last) - 1, count);
    const std::size_t far = std::min<std::size_t>(reach(), count);
    return from_end ? Places{count - far, count - near} : Places{near, far};
}

Result<PartialRange> parse_partial_range(Lexer& lexer) {
    PartialRange range;
    range.from_end = lexer.accept('-');
    LOAM_TRY(range.first, lexer.nz_number());
    LOAM_TRY_STATUS(lexer.expect(':'));
    if (range.from_end) LOAM_TRY_STATUS(lexer.expect('-'));
    LOAM_TRY(range.last, lexer.nz_number());
    return range;
}

std::string to_string(const PartialRange& range) {
    const std::string sign = range.from_end ? "-" : "";
    return sign + std::to_string(range.first) + ":" + sign + std::to_string(range.last);
}

// search-return-opts: "RETURN" SP "(" [option *(SP option)] ")"
Result<SearchReturn> parse_search_return(Lexer& lexer) {
    SearchReturn answer;
    if (!lexer.accept_word("RETURN")) return answer;
    answer.given = true;
    LOAM_TRY_STATUS(lexer.sp());
    LOAM_TRY_STATUS(lexer.expect('('));
    if (lexer.accept(')')) {
        answer.all = true;
    } else {
        do {
            LOAM_TRY_STATUS(parse_option(lexer, answer));
        } while (lexer.accept(' '));
        LOAM_TRY_STATUS(lexer.expect(')'));
    }
    if (answer.all && answer.partial) return lexer.fault("both ALL and PARTIAL");
    LOAM_TRY_STATUS(lexer.sp());
    return answer;
}

}  // namespace loam::imap
