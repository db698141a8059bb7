#include "imapd/syntax/esearch.h"

#include <algorithm>
#include <utility>

#include "imapd/wire/mailbox_name.h"

namespace loam::imap {
namespace {

using Kind = MailboxSource::Kind;

struct Word {
    std::string_view name;
    Kind kind;
    bool named;
};
constexpr Word kWords[] = {
    {"INBOXES", Kind::personal, false},       {"PERSONAL", Kind::personal, false},
    {"SUBSCRIBED", Kind::subscribed, false},  {"SUBTREE", Kind::subtree, true},
    {"SUBTREE-ONE", Kind::subtree_one, true}, {"MAILBOXES", Kind::mailboxes, true},
};

bool is_below(std::string_view name, std::string_view above) {
    return name.size() > above.size() && name.starts_with(above) &&
           name[above.size()] == kSeparator;
}

// one-or-more-mailbox: mailbox / "(" mailbox *(SP mailbox) ")", RFC 5465 section 8
Status parse_names(Lexer& lexer, const ParseContext& context, std::size_t& names_left,
                   std::vector<std::string>& names) {
    LOAM_TRY_STATUS(lexer.sp());
    const bool several = lexer.accept('(');
    do {
        if (names_left-- == 0) return fail(Errc::limit, "too many mailboxes");
        LOAM_TRY(const std::string octets, lexer.astring());
        LOAM_TRY(MailboxArg mailbox, mailbox_from_wire(octets, context.mode));
        names.push_back(std::move(mailbox.name));
    } while (several && lexer.accept(' '));
    return several ? lexer.expect(')') : Status::good();
}

Status parse_source(Lexer& lexer, const ParseContext& context, std::size_t& names_left,
                    EsearchArgs& args) {
    if (lexer.accept_word("SELECTED")) {
        args.selected = true;
        return Status::good();
    }
    for (const Word& word : kWords) {
        if (!lexer.accept_word(word.name)) continue;
        MailboxSource source{.kind = word.kind};
        if (word.named) LOAM_TRY_STATUS(parse_names(lexer, context, names_left, source.names));
        args.sources.push_back(std::move(source));
        return Status::good();
    }
    return lexer.expected("a source of mailboxes");
}

// esearch-source-opts: "IN" SP "(" source *(SP source) ")"; there is no scope-option yet
Status parse_sources(Lexer& lexer, const ParseContext& context, EsearchArgs& args) {
    LOAM_TRY_STATUS(lexer.sp());
    LOAM_TRY_STATUS(lexer.expect('('));
    std::size_t names_left = kSourceNamesMax;
    do {
        if (args.sources.size() > kSourceNamesMax) return fail(Errc::limit, "too many sources");
        LOAM_TRY_STATUS(parse_source(lexer, context, names_left, args));
    } while (lexer.accept(' '));
    return lexer.expect(')');
}

}  // namespace

bool MailboxSource::takes(std::string_view name, bool subscribed) const {
    switch (kind) {
        case Kind::personal:
            return true;
        case Kind::subscribed:
            return subscribed;
        case Kind::mailboxes:
            return std::ranges::find(names, name) != names.end();
        case Kind::subtree:
        case Kind::subtree_one:
            return std::ranges::any_of(names, [&](const std::string& top) {
                if (name == top) return true;
                if (!is_below(name, top)) return false;
                return kind == Kind::subtree ||
                       name.find(kSeparator, top.size() + 1) == std::string_view::npos;
            });
    }
    LOAM_CHECK(false);
}

Result<EsearchArgs> parse_esearch(Lexer& lexer, const ParseContext& context) {
    EsearchArgs args;
    const Lexer start = lexer;
    Lexer ahead = lexer;
    if (ahead.accept(' ') && ahead.accept_word("IN")) {
        lexer = ahead;
        LOAM_TRY_STATUS(parse_sources(lexer, context, args));
    } else {
        args.selected = true;
    }
    LOAM_TRY(args.search, parse_search(lexer, context));
    args.search.by_uid = true;
    if (args.search.answer.save && !args.sources.empty())
        return start.fault("SAVE is for the selected mailbox alone");
    return args;
}

}  // namespace loam::imap
