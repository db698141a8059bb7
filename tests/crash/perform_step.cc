#include "tests/crash/perform_step.h"

#include <map>
#include <utility>

#include "engine/api/delivery.h"

namespace loam::testing {

Step make_inbox() {
    Step step;
    step.kind = Step::Kind::create;
    step.name = "INBOX";
    return step;
}

Step delivery_of(std::uint64_t token) {
    Step step;
    step.kind = Step::Kind::deliver;
    step.token = token;
    step.mailbox = 1;
    return step;
}

namespace {

using Effect = std::vector<std::uint32_t>;

Effect numbers(const std::vector<Uid>& uids) {
    Effect effect;
    for (const Uid uid : uids)
        effect.push_back(uid.value);
    return effect;
}

Task<Result<Effect>> append(Account& account, const Step& step) {
    const std::string body = body_of(step.token);
    LOAM_CO_TRY(auto upload, account.begin_upload(body.size()));
    LOAM_CO_TRY_STATUS(co_await upload->write(as_bytes(body)));
    LOAM_CO_TRY_STATUS(co_await upload->finish());
    std::vector<AppendItem> items(1);
    items[0].upload = std::move(upload);
    LOAM_CO_TRY(const AppendOutcome done,
                co_await account.append(MailboxId{step.mailbox}, std::move(items)));
    co_return numbers(done.uids);
}

Task<Result<Effect>> abandon(Account& account, const Step& step) {
    const std::string body = body_of(step.token);
    LOAM_CO_TRY(auto upload, account.begin_upload(body.size()));
    LOAM_CO_TRY_STATUS(co_await upload->write(as_bytes(body)));
    LOAM_CO_TRY_STATUS(
        co_await upload->finish());  // whose octets went to the log, if they are many
    co_return Effect{};
}

Task<Result<Effect>> change_messages(Account& account, const Step& step) {
    LOAM_CO_TRY(const auto mailbox, co_await account.open_mailbox(MailboxId{step.mailbox}));
    if (step.kind == Step::Kind::flags) {
        const FlagChange change{FlagChange::How::replace, step.flags, {}};
        LOAM_CO_TRY(const FlagsOutcome done,
                    co_await mailbox->store_flags(step.uids, change, std::nullopt, nullptr));
        co_return numbers(done.changed.to_vector());
    }
    if (step.kind == Step::Kind::expunge) {
        LOAM_CO_TRY(const UidSet gone, co_await mailbox->expunge(step.uids, nullptr));
        co_return numbers(gone.to_vector());
    }
    const MailboxId target{step.target};
    if (step.kind == Step::Kind::copy) {
        LOAM_CO_TRY(const CopyOutcome done, co_await account.copy(*mailbox, step.uids, target));
        co_return numbers(done.target);
    }
    LOAM_CO_TRY(const CopyOutcome done,
                co_await account.move(*mailbox, step.uids, target, nullptr));
    co_return numbers(done.target);
}

Task<Result<Effect>> change_names(Account& account, const Step& step) {
    if (step.kind == Step::Kind::create) {
        LOAM_CO_TRY(const MailboxId made, co_await account.create_mailbox(step.name, ""));
        co_return Effect{made.value};
    }
    if (step.kind == Step::Kind::remove) {
        LOAM_CO_TRY_STATUS(co_await account.delete_mailbox(step.name));
    } else {
        LOAM_CO_TRY_STATUS(co_await account.rename_mailbox(step.name, step.to));
    }
    co_return Effect{1};
}

Task<Result<Effect>> call(Store& store, AccountId id, const Step& step) {
    LOAM_CO_TRY(const AccountHandle account, co_await store.account(id));
    switch (step.kind) {
        case Step::Kind::append:
            co_return co_await append(*account, step);
        case Step::Kind::create:
        case Step::Kind::remove:
        case Step::Kind::rename:
            co_return co_await change_names(*account, step);
        case Step::Kind::abandon:
            co_return co_await abandon(*account, step);
        default:
            co_return co_await change_messages(*account, step);
    }
}

/// Other errors leave open what happened.
Step::Answer answer_of(Errc code) {
    switch (code) {
        case Errc::not_found:
        case Errc::exists:
        case Errc::read_only:
            return Step::Answer::refused;
        case Errc::no_room:
            return Step::Answer::absent;
        default:
            return Step::Answer::none;
    }
}

}  // namespace

Task<void> perform(Store& store, io::Loop& here, AccountId account, Step& step) {
    if (step.kind == Step::Kind::erase) {
        const Status erased = co_await store.erase_due(here);
        step.answer = erased ? Step::Answer::good : Step::Answer::none;
        co_return;
    }
    auto done = co_await io::run_on(here, store.owner(account), call(store, account, step));
    step.answer = done ? Step::Answer::good : answer_of(done.error().code);
    if (done) step.effect = *std::move(done);
}

Task<void> deliver(Store& store, io::Loop& here, std::vector<Delivered> to) {
    if (to.empty()) co_return;
    const std::string body = body_of(to.front().step->token);
    Delivery delivery(store, here);
    std::vector<Step*> accepted;
    for (const Delivered& one : to) {
        const Status added = co_await delivery.add(one.account, "INBOX", "", body.size());
        if (added) {
            accepted.push_back(one.step);
        } else {
            one.step->answer = answer_of(added.error().code);
        }
    }
    co_await delivery.write(as_bytes(body));
    const std::vector<Status> done = co_await delivery.finish();
    for (std::size_t i = 0; i < done.size(); ++i)
        accepted[i]->answer = done[i] ? Step::Answer::good : answer_of(done[i].error().code);
}

namespace {

Task<Result<std::string>> read_all(Account& account, Cid cid) {
    std::string got;
    LOAM_CO_TRY(const auto reader, co_await account.read_raw(cid, 0, UINT64_MAX));
    for (;;) {
        LOAM_CO_TRY(const Bytes piece, co_await reader->next());
        if (piece.empty()) co_return got;
        got += as_text(piece);
    }
}

/// The row of a mailbox against its messages.
std::string wrong_counters(const MailboxRow& row, const std::vector<MessageRow>& messages) {
    MailboxRow counted;
    for (const MessageRow& message : messages) {
        ++counted.exists;
        counted.octets += message.size;
        if ((message.flags & kFlagSeen) == 0) ++counted.unseen;
        if ((message.flags & kFlagSeen) == 0 && counted.first_unseen.value == 0)
            counted.first_unseen = message.uid;
        if ((message.flags & kFlagDeleted) == 0) continue;
        ++counted.deleted;
        counted.deleted_octets += message.size;
    }
    const bool good = counted.exists == row.exists && counted.octets == row.octets &&
                      counted.unseen == row.unseen && counted.first_unseen == row.first_unseen &&
                      counted.deleted == row.deleted &&
                      counted.deleted_octets == row.deleted_octets;
    return good ? "" : "the counters of " + row.name;
}

Task<void> see_mailbox(Account& account, MailboxId id, bool read_octets, Seen& seen) {
    const auto mailbox = co_await account.open_mailbox(id);
    if (!mailbox) {
        seen.error = "open_mailbox: " + mailbox.error().what;
        co_return;
    }
    const MailboxRow row = (*mailbox)->row();
    const std::vector<MessageRow> rows((*mailbox)->messages().begin(),
                                       (*mailbox)->messages().end());
    ModelMailbox& model = seen.account.mailboxes[id.value];
    model.name = row.name;
    model.uidnext = row.uidnext.value;
    model.uidvalidity = row.uidvalidity;
    model.highest_modseq = row.highest_modseq.value;
    for (const MessageRow& message : rows)
        model.messages[message.uid.value] = {message.flags, message.size, message.modseq.value};
    if (seen.wrong.empty()) seen.wrong = wrong_counters(row, rows);
    const auto vanished = co_await (*mailbox)->vanished_since(row.vanished_floor);
    if (!vanished) {
        seen.error = "vanished_since: " + vanished.error().what;
        co_return;
    }
    model.vanished = *vanished;
    model.vanished_floor = row.vanished_floor.value;
    if (!read_octets) co_return;
    for (const MessageRow& message : rows) {
        const auto got = co_await read_all(account, message.cid);
        const std::string what = "uid " + std::to_string(message.uid.value) + " in " + row.name;
        if (!got) {
            const Errc code = got.error().code;
            const bool disk = code == Errc::io || code == Errc::no_room;
            (disk ? seen.error : seen.wrong) = what + ": " + got.error().what;
        } else if (*got != body_of(token_of(message.size))) {
            seen.wrong = what + " has other octets";
        }
    }
}

}  // namespace

Task<std::string> watch_account(Store& store, AccountId id, io::Loop& own) {
    const auto account = co_await store.account(id);
    if (!account) co_return "";
    std::map<MailboxId, Uid> uidnext;
    for (int look = 0; look < 60; ++look) {
        co_await io::sleep_until(own, own.now() + std::chrono::microseconds(look % 4));
        for (const NameEntry& entry : (*account)->names()) {
            if (!entry.mailbox) continue;
            const auto mailbox = co_await (*account)->open_mailbox(*entry.mailbox);
            if (!mailbox) continue;
            const MailboxRow row = (*mailbox)->row();
            const auto messages = (*mailbox)->messages();
            std::string wrong = wrong_counters(row, {messages.begin(), messages.end()});
            if (!wrong.empty()) co_return wrong + ", seen meanwhile";
            Uid& before = uidnext[*entry.mailbox];
            if (row.uidnext < before) co_return "the uidnext of " + row.name + " went back";
            before = row.uidnext;
        }
    }
    co_return "";
}

Task<Seen> see_account(Store& store, AccountId id, bool read_octets) {
    Seen seen;
    const auto account = co_await store.account(id);
    if (!account) {
        seen.error = "account: " + account.error().what;
        co_return seen;
    }
    std::uint64_t octets = 0;
    std::uint64_t messages = 0;
    for (const NameEntry& entry : (*account)->names()) {
        if (!entry.mailbox) continue;
        co_await see_mailbox(**account, *entry.mailbox, read_octets, seen);
        if (!seen.error.empty()) co_return seen;
        if (seen.account.mailboxes[entry.mailbox->value].name != entry.name)
            seen.wrong = "the row of " + entry.name + " has another name";
    }
    for (const auto& [mailbox_id, mailbox] : seen.account.mailboxes) {
        messages += mailbox.messages.size();
        for (const auto& [uid, message] : mailbox.messages)
            octets += message.size;
    }
    const AccountCell& cell = (*account)->cell();
    seen.account.next_mailbox = cell.next_mailbox.value;
    if (cell.used_octets != octets) seen.wrong = "the quota's octets are not the sum";
    if (cell.messages != messages) seen.wrong = "the quota's messages are not the number";
    if (cell.mailboxes != seen.account.mailboxes.size()) seen.wrong = "the number of mailboxes";
    co_return seen;
}

}  // namespace loam::testing
