#include "imapd/syntax/replace.h"

#include <optional>
#include <utility>

#include "imapd/cmd/append_message.h"
#include "imapd/cmd/runners.h"
#include "imapd/wire/resp_code.h"

namespace loam::imap {
namespace {

// The message that goes. Errors: invalid (no such number), expunged.
Result<MessageRow> find_old(const SelectedView& view, const SequenceSet& message, bool by_uid) {
    LOAM_TRY(const NumSet numbers, view.resolve(message, by_uid));
    const MessageRow* row = nullptr;
    if (!numbers.empty()) row = view.mailbox().find(view.uid_at(numbers.ranges().front().first));
    if (row == nullptr) return fail(Errc::expunged, "no such message");
    return *row;
}

// APPENDUID comes before what tells of the change: RFC 8508 section 4.3.
Task<Result<Reply>> put(Session& session, const MessageRow& old, MailboxId target,
                        AppendItem item) {
    if (item.upload->size() == 0) co_return Reply::no("an empty message is not stored");
    SelectedView& view = *session.view();
    const auto done = co_await session.account().replace(view.mailbox(), old.uid, target,
                                                         std::move(item), view.watch());
    if (!done && done.error().code == Errc::not_found) {
        co_return Reply::no("TRYCREATE", "the mailbox is gone");
    }
    if (!done) co_return done.error();
    NumSet uid;
    uid.add(done->uids.front().value);
    session.writer().untagged(Condition::ok, code_appenduid(done->uidvalidity, uid),
                              "the replacement is stored");
    co_return Reply::ok("replaced");
}

}  // namespace

/// REPLACE and UID REPLACE: RFC 8508 section 3; its message may be catenated: section 4.2.
Task<Result<Reply>> run_replace(Session& session, Command& command) {
    LOAM_CO_TRY(ReplaceHead head, parse_replace_head(command.lexer, command.context));
    LOAM_CO_TRY(const SelectedView* view, session.writable_view());
    LOAM_CO_TRY(const MessageRow old, find_old(*view, head.message, command.context.by_uid));
    const auto target = session.account().find_mailbox(head.append.mailbox.name);
    if (!target) co_return Reply::no("TRYCREATE", "no such mailbox");

    AppendInput input(session, command);
    const bool utf8 = head.append.message.utf8;
    const MessageRoom room{.frees = old.size};
    auto item = co_await take_message(input, std::move(head.append.message), room);
    if (!item) co_return refusal(input, item.error());  // the rest of the command is thrown away
    LOAM_CO_TRY(const auto more, parse_append_next(input.lexer(), utf8));
    if (more) co_return Reply::bad("REPLACE takes one message");
    co_return co_await put(session, old, *target, *std::move(item));
}

}  // namespace loam::imap
