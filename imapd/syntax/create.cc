#include "imapd/syntax/create.h"

#include "imapd/syntax/delete.h"
#include "imapd/wire/chars.h"

namespace loam::imap {
namespace {

constexpr SpecialUse kUses[] = {
    SpecialUse::all,  SpecialUse::archive, SpecialUse::drafts, SpecialUse::flagged,
    SpecialUse::junk, SpecialUse::sent,    SpecialUse::trash,
};

// use-attr := "\" atom
Status parse_use(Lexer& lexer, CreateArgs& args) {
    LOAM_TRY_STATUS(lexer.expect('\\'));
    LOAM_TRY(const std::string_view atom, lexer.atom());
    for (const SpecialUse use : kUses) {
        if (!ascii_iequals(to_string(use).substr(1), atom)) continue;
        args.uses = static_cast<std::uint8_t>(args.uses | static_cast<std::uint8_t>(use));
        return Status::good();
    }
    args.unknown_use = true;
    return Status::good();
}

// create-param := "USE" SP "(" [use-attr *(SP use-attr)] ")", the only one we know
Status parse_parameters(Lexer& lexer, CreateArgs& args) {
    LOAM_TRY_STATUS(lexer.expect('('));
    if (!lexer.accept_word("USE")) return lexer.expected("USE, the only parameter of CREATE,");
    LOAM_TRY_STATUS(lexer.sp());
    LOAM_TRY_STATUS(lexer.expect('('));
    if (!lexer.accept(')')) {
        do {
            LOAM_TRY_STATUS(parse_use(lexer, args));
        } while (lexer.accept(' '));
        LOAM_TRY_STATUS(lexer.expect(')'));
    }
    return lexer.expect(')');
}

}  // namespace

std::string_view to_string(SpecialUse use) {
    switch (use) {
        case SpecialUse::all:
            return "\\All";
        case SpecialUse::archive:
            return "\\Archive";
        case SpecialUse::drafts:
            return "\\Drafts";
        case SpecialUse::flagged:
            return "\\Flagged";
        case SpecialUse::junk:
            return "\\Junk";
        case SpecialUse::sent:
            return "\\Sent";
        case SpecialUse::trash:
            return "\\Trash";
    }
    return {};
}

Result<CreateArgs> parse_create(Lexer& lexer, const ParseContext& context) {
    CreateArgs args;
    LOAM_TRY(args.mailbox, parse_mailbox(lexer, context));
    if (lexer.accept(' ')) LOAM_TRY_STATUS(parse_parameters(lexer, args));
    LOAM_TRY_STATUS(lexer.expect_end());
    return args;
}

}  // namespace loam::imap
