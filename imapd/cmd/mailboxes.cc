#include "imapd/cmd/mailbox_list.h"
#include "imapd/cmd/runners.h"
#include "imapd/session/object_id.h"
#include "imapd/wire/resp_code.h"

namespace loam::imap {
namespace {

constexpr SpecialUse kUses[] = {SpecialUse::all,     SpecialUse::archive, SpecialUse::drafts,
                                SpecialUse::flagged, SpecialUse::junk,    SpecialUse::sent,
                                SpecialUse::trash};

std::string special_use_text(std::uint8_t uses) {
    std::string text;
    for (const SpecialUse use : kUses) {
        if ((uses & static_cast<std::uint8_t>(use)) == 0) continue;
        if (!text.empty()) text += ' ';
        text += to_string(use);
    }
    return text;
}

// What the engine finds wrong with a name is no fault of the command's form.
Reply reply_for_name(const Error& error) {
    if (error.code == Errc::invalid) return Reply::no("CANNOT", error.what);
    return reply_for(error);
}

}  // namespace

/// CREATE: RFC 9051 section 6.3.4, USE of RFC 6154 section 3. Levels above need not exist.
Task<Result<Reply>> run_create(Session& session, CreateArgs args) {
    if (args.unknown_use) co_return Reply::no("USEATTR", "that special use is not known here");
    std::string name = args.mailbox.name;
    if (name.ends_with('/')) name.pop_back();  // only announces names below
    const auto made = co_await session.account().create_mailbox(name, special_use_text(args.uses));
    if (!made) co_return reply_for_name(made.error());
    if (session.rules().list_oldname && !args.mailbox.given.empty()) {
        write_selected_name(session, name, args.mailbox.given);
    }
    const std::string object_id = mailbox_object_id(session.account().id(), *made);
    co_return Reply::ok(code_mailboxid(object_id), "created");
}

/// DELETE: RFC 9051 section 6.3.5. Names below stay.
Task<Result<Reply>> run_delete(Session& session, DeleteArgs args) {
    const Status gone = co_await session.account().delete_mailbox(std::move(args.mailbox.name));
    if (!gone) co_return reply_for_name(gone.error());
    co_return Reply::ok("deleted");
}

/// RENAME: RFC 9051 section 6.3.6.
Task<Result<Reply>> run_rename(Session& session, RenameArgs args) {
    std::string to = args.to.name;
    if (to.ends_with('/')) to.pop_back();
    const Status done = co_await session.account().rename_mailbox(std::move(args.from.name), to);
    if (!done) co_return reply_for_name(done.error());
    if (session.rules().list_oldname && !args.to.given.empty()) {
        write_selected_name(session, to, args.to.given);
    }
    co_return Reply::ok("renamed");
}

/// SUBSCRIBE: RFC 9051 section 6.3.7. The name need not exist.
Task<Result<Reply>> run_subscribe(Session& session, SubscribeArgs args) {
    LOAM_CO_TRY_STATUS(
        co_await session.account().set_subscribed(std::move(args.mailbox.name), true));
    co_return Reply::ok("subscribed");
}

/// UNSUBSCRIBE: RFC 9051 section 6.3.8.
Task<Result<Reply>> run_unsubscribe(Session& session, SubscribeArgs args) {
    LOAM_CO_TRY_STATUS(
        co_await session.account().set_subscribed(std::move(args.mailbox.name), false));
    co_return Reply::ok("unsubscribed");
}

}  // namespace loam::imap
