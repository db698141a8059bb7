#include "imapd/syntax/status.h"

#include "imapd/syntax/delete.h"

namespace loam::imap {
namespace {

Result<StatusItem> parse_item(Lexer& lexer, const ParseContext& context) {
    for (const StatusItem item : kStatusItems) {
        const bool served = item != StatusItem::recent || rules_of(context.mode).obsolete_keys;
        if (served && lexer.accept_word(to_string(item))) return item;
    }
    return lexer.expected("a STATUS item");
}

}  // namespace

std::string_view to_string(StatusItem item) {
    switch (item) {
        case StatusItem::messages:
            return "MESSAGES";
        case StatusItem::recent:
            return "RECENT";
        case StatusItem::uidnext:
            return "UIDNEXT";
        case StatusItem::uidvalidity:
            return "UIDVALIDITY";
        case StatusItem::unseen:
            return "UNSEEN";
        case StatusItem::deleted:
            return "DELETED";
        case StatusItem::size:
            return "SIZE";
        case StatusItem::deleted_storage:
            return "DELETED-STORAGE";
        case StatusItem::highestmodseq:
            return "HIGHESTMODSEQ";
        case StatusItem::appendlimit:
            return "APPENDLIMIT";
        case StatusItem::mailboxid:
            return "MAILBOXID";
    }
    return {};
}

Result<StatusItems> parse_status_items(Lexer& lexer, const ParseContext& context) {
    StatusItems items;
    LOAM_TRY_STATUS(lexer.expect('('));
    do {
        LOAM_TRY(const StatusItem item, parse_item(lexer, context));
        items.add(item);
    } while (lexer.accept(' '));
    LOAM_TRY_STATUS(lexer.expect(')'));
    return items;
}

Result<StatusArgs> parse_status(Lexer& lexer, const ParseContext& context) {
    StatusArgs args;
    LOAM_TRY(args.mailbox, parse_mailbox(lexer, context));
    LOAM_TRY_STATUS(lexer.sp());
    LOAM_TRY(args.items, parse_status_items(lexer, context));
    LOAM_TRY_STATUS(lexer.expect_end());
    return args;
}

}  // namespace loam::imap
