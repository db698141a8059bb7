#include "imapd/wire/flags.h"

#include <algorithm>

#include "engine/base/limits.h"
#include "imapd/wire/chars.h"

namespace loam::imap {
namespace {

struct Named {
    SystemFlag flag;
    std::string_view name;
};
constexpr Named kNamed[] = {
    {flag_answered, "\\Answered"}, {flag_flagged, "\\Flagged"}, {flag_deleted, "\\Deleted"},
    {flag_seen, "\\Seen"},         {flag_draft, "\\Draft"},
};

Status add_system_flag(FlagNames& flags, std::string_view name) {
    for (const Named& known : kNamed) {
        if (!ascii_iequals(known.name, name)) continue;
        flags.system = static_cast<std::uint8_t>(flags.system | known.flag);
        return Status::good();
    }
    if (ascii_iequals(name, "\\Recent"))
        return fail(Errc::invalid, "\\Recent is for the server to set");
    return fail(Errc::invalid, "no such system flag");
}

// flag := "\" atom / atom
Status parse_flag(Lexer& lexer, FlagNames& flags) {
    const bool system = lexer.accept('\\');
    LOAM_TRY(const std::string_view atom, lexer.atom());
    return add_flag(flags, system ? '\\' + std::string(atom) : std::string(atom));
}

Status parse_bare_flags(Lexer& lexer, FlagNames& flags) {
    do {
        LOAM_TRY_STATUS(parse_flag(lexer, flags));
    } while (lexer.accept(' '));
    return Status::good();
}

}  // namespace

Status check_keyword(std::string_view keyword) {
    if (keyword.empty() || !std::ranges::all_of(keyword, is_atom_char))
        return fail(Errc::invalid, "a keyword must be an atom");
    if (keyword.size() > kKeywordBytesMax) return fail(Errc::limit, "keyword: too long");
    return Status::good();
}

void FlagNames::add_keyword(std::string_view keyword) {
    const auto same = [&](const std::string& known) { return ascii_iequals(known, keyword); };
    if (std::ranges::none_of(keywords, same)) keywords.emplace_back(keyword);
}

std::string_view system_flag_name(SystemFlag flag) {
    for (const Named& known : kNamed)
        if (known.flag == flag) return known.name;
    return {};
}

Status add_flag(FlagNames& flags, std::string_view name) {
    if (name.starts_with('\\')) return add_system_flag(flags, name);
    LOAM_TRY_STATUS(check_keyword(name));
    flags.add_keyword(name);
    if (flags.keywords.size() > kKeywordsMax) return fail(Errc::limit, "too many keywords");
    return Status::good();
}

Result<FlagNames> parse_flag_list(Lexer& lexer) {
    LOAM_TRY_STATUS(lexer.expect('('));
    FlagNames flags;
    if (lexer.accept(')')) return flags;
    LOAM_TRY_STATUS(parse_bare_flags(lexer, flags));
    LOAM_TRY_STATUS(lexer.expect(')'));
    return flags;
}

Result<FlagNames> parse_flags(Lexer& lexer) {
    if (lexer.peek() == '(') return parse_flag_list(lexer);
    FlagNames flags;
    LOAM_TRY_STATUS(parse_bare_flags(lexer, flags));
    return flags;
}

Result<std::string> parse_keyword(Lexer& lexer) {
    LOAM_TRY(const std::string_view atom, lexer.atom());
    LOAM_TRY_STATUS(check_keyword(atom));
    return std::string(atom);
}

std::string to_string(const FlagNames& flags, bool recent) {
    std::string out = "(";
    const auto append = [&out](std::string_view name) {
        if (out.size() > 1) out += ' ';
        out += name;
    };
    for (const Named& known : kNamed)
        if ((flags.system & known.flag) != 0) append(known.name);
    if (recent) append("\\Recent");
    for (const std::string& keyword : flags.keywords)
        append(keyword);
    return out + ')';
}

}  // namespace loam::imap
