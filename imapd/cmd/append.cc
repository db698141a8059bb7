#include "imapd/syntax/append.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "imapd/cmd/append_message.h"
#include "imapd/cmd/runners.h"
#include "imapd/wire/resp_code.h"

namespace loam::imap {
namespace {

Task<Result<Reply>> store_all(Session& session, MailboxId target, std::vector<AppendItem> items) {
    const bool empty =
        std::ranges::any_of(items, [](const AppendItem& item) { return item.upload->size() == 0; });
    if (empty) co_return Reply::no("an empty message is not stored");  // RFC 3502: given up
    const auto done = co_await session.account().append(target, std::move(items));
    if (!done && done.error().code == Errc::not_found) {
        co_return Reply::no("TRYCREATE", "the mailbox is gone");
    }
    if (!done) co_return done.error();
    NumSet uids;
    for (const Uid uid : done->uids)
        uids.add(uid.value);
    co_return Reply::ok(code_appenduid(done->uidvalidity, uids), "stored");
}

}  // namespace

/// APPEND: RFC 9051 section 6.3.12, RFC 3516 section 4.4. MULTIAPPEND: RFC 3502 section 6.3.11; all
/// or nothing. CATENATE: RFC 4469 section 3.
Task<Result<Reply>> run_append(Session& session, Command& command) {
    LOAM_CO_TRY(AppendHead head, parse_append_head(command.lexer, command.context));
    const auto target = session.account().find_mailbox(head.mailbox.name);
    if (!target) co_return Reply::no("TRYCREATE", "no such mailbox");

    AppendInput input(session, command);
    std::vector<AppendItem> items;
    std::optional<AppendMessage> message = std::move(head.message);
    while (message) {
        if (items.size() == kAppendMessagesMax) {
            co_return fail(Errc::limit, "too many messages in one APPEND");
        }
        const bool utf8 = message->utf8;
        const MessageRoom room{.others = items};
        auto item = co_await take_message(input, *std::move(message), room);
        if (!item)
            co_return refusal(input, item.error());  // the rest of the command is thrown away
        items.push_back(*std::move(item));
        LOAM_CO_TRY(message, parse_append_next(input.lexer(), utf8));
    }
    co_return co_await store_all(session, *target, std::move(items));
}

}  // namespace loam::imap
