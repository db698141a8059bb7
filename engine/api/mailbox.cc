#include "engine/api/mailbox.h"

#include <algorithm>
#include <ranges>

#include "engine/api/account_state.h"

namespace loam {

Mailbox::Mailbox(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Mailbox::~Mailbox() {
    // The last session lets go: the account forgets it, unless another object took its place
    // already.
    auto& open = impl_->account.open;
    const auto found = open.find(impl_->id);
    if (found != open.end() && found->second.expired()) open.erase(found);
}

AccountId Mailbox::account() const {
    return impl_->account.id;
}

MailboxId Mailbox::id() const {
    return impl_->id;
}

const MailboxRow& Mailbox::row() const {
    static const MailboxRow kGone;
    const auto found = impl_->account.rows.find(impl_->id);
    return found == impl_->account.rows.end() ? kGone : found->second;
}

std::span<const MessageRow> Mailbox::messages() const {
    return impl_->messages;
}

const MessageRow* Mailbox::find(Uid uid) const {
    const auto found = std::ranges::lower_bound(impl_->messages, uid, {}, &MessageRow::uid);
    return found != impl_->messages.end() && found->uid == uid ? &*found : nullptr;
}

Uid Mailbox::recent_from(bool claim) {
    const Uid next = row().uidnext;
    Uid& from = impl_->account.recent_from.try_emplace(impl_->id, next).first->second;
    return claim ? std::exchange(from, std::max(from, next)) : from;
}

namespace {

struct NewFlags {
    std::uint8_t flags = 0;
    std::uint64_t keywords = 0;
};

NewFlags changed_flags(const MessageRow& message, const FlagChange& change,
                       std::uint64_t keywords) {
    switch (change.how) {
        case FlagChange::How::replace:
            return {change.flags, keywords};
        case FlagChange::How::add:
            return {static_cast<std::uint8_t>(message.flags | change.flags),
                    message.keywords | keywords};
        case FlagChange::How::remove:
            return {static_cast<std::uint8_t>(message.flags & ~change.flags),
                    message.keywords & ~keywords};
    }
    return {};
}

/// Counters of `row` after one message's flags changed. first_unseen is mended by the caller.
void recount(MailboxRow& row, const MessageRow& was, const NewFlags& now) {
    const bool was_unseen = (was.flags & kFlagSeen) == 0;
    const bool is_unseen = (now.flags & kFlagSeen) == 0;
    if (was_unseen && !is_unseen) --row.unseen;
    if (!was_unseen && is_unseen) ++row.unseen;
    const bool was_deleted = (was.flags & kFlagDeleted) != 0;
    const bool is_deleted = (now.flags & kFlagDeleted) != 0;
    if (was_deleted && !is_deleted) {
        --row.deleted;
        row.deleted_octets -= was.size;
    }
    if (!was_deleted && is_deleted) {
        ++row.deleted;
        row.deleted_octets += was.size;
    }
}

/// Joins `uid` to the run with the same result. Uids ascend, so runs stay few where flags are
/// alike.
void add_to_runs(std::vector<FlagsRecord::Run>& runs, Uid uid, const NewFlags& now) {
    const auto same = std::ranges::find_if(runs, [&](const FlagsRecord::Run& run) {
        return run.flags == now.flags && run.keywords == now.keywords;
    });
    if (same != runs.end()) {
        same->uids.add(uid);
    } else {
        runs.push_back({UidSet{{uid, uid}}, now.flags, now.keywords});
    }
}

}  // namespace

Task<Result<FlagsOutcome>> Mailbox::store_flags(UidSet uids, FlagChange change,
                                                std::optional<Modseq> unchanged_since,
                                                const Watch* origin) {
    Account::Impl& account = impl_->account;
    AccountLock::Pass pass = co_await account.lock.shared();
    if (impl_->gone) co_return fail(Errc::read_only, "the mailbox is gone");
    LOAM_CO_TRY_STATUS(account.check_writable());

    MailboxRow row = account.staged_rows.at(impl_->id);
    if (change.how == FlagChange::How::remove) {
        // A keyword that the mailbox does not know is on no message: it must not enter the table.
        std::erase_if(change.keywords, [&](const std::string& name) {
            MailboxRow probe = row;
            return !keyword_bits(probe, {name}) || probe.keywords.size() != row.keywords.size();
        });
    }
    LOAM_CO_TRY(const std::uint64_t keywords, keyword_bits(row, change.keywords));
    FlagsOutcome outcome;
    FlagsRecord record{
        .mailbox = impl_->id, .modseq = {}, .runs = {}, .mailbox_row = {}, .cell = {}};
    bool unseen_changed = false;
    for (const MessageRow& message : impl_->staged_messages(uids)) {
        if (unchanged_since && message.modseq > *unchanged_since) {
            outcome.refused.add(message.uid);
            continue;
        }
        const NewFlags now = changed_flags(message, change, keywords);
        if (now.flags == message.flags && now.keywords == message.keywords) continue;
        recount(row, message, now);
        unseen_changed = unseen_changed || ((now.flags ^ message.flags) & kFlagSeen) != 0;
        add_to_runs(record.runs, message.uid, now);
        outcome.changed.add(message.uid);
    }
    outcome.modseq = row.highest_modseq;
    if (outcome.changed.empty()) {
        LOAM_CO_TRY_STATUS(co_await impl_->settle(std::move(pass)));
        co_return outcome;
    }

    const std::uint64_t ticket = ++account.last_ticket;
    record.modseq = account.next_modseq();
    row.highest_modseq = record.modseq;
    for (const FlagsRecord::Run& run : record.runs) {
        run.uids.for_each([&](Uid uid) {
            impl_->staged[uid] = {false, run.flags, run.keywords, record.modseq, ticket};
        });
    }
    if (unseen_changed)
        row.first_unseen = row.unseen == 0 ? Uid{0} : impl_->first_unseen_from(Uid{1});
    record.mailbox_row = row;
    record.cell = account.staged_cell;
    account.staged_rows[impl_->id] = row;
    outcome.modseq = record.modseq;

    keep::Commit commit;
    commit.entries.push_back({account.id, Cid{}, record, {}});
    LOAM_CO_TRY_STATUS(co_await account.commit(std::move(commit)));

    account.cell = record.cell;
    account.publish_row(impl_->id, record.mailbox_row);
    impl_->publish_flags(record, ticket, account.published, origin);
    co_return outcome;
}

Task<Result<UidSet>> Mailbox::expunge(UidSet uids, const Watch* origin) {
    Account::Impl& account = impl_->account;
    AccountLock::Pass pass = co_await account.lock.shared();
    std::vector<MessageRow> rows;
    std::map<Cid, std::uint32_t> loaded;
    for (;;) {
        if (impl_->gone) co_return UidSet{};
        rows = impl_->staged_messages(uids);
        std::erase_if(rows, [](const MessageRow& row) { return (row.flags & kFlagDeleted) == 0; });
        if (rows.empty()) {
            LOAM_CO_TRY_STATUS(co_await impl_->settle(std::move(pass)));
            co_return UidSet{};
        }
        std::vector<Cid> missing;
        for (const MessageRow& row : rows) {
            if (!loaded.contains(row.cid) && !account.staged_counts.contains(row.cid))
                missing.push_back(row.cid);
        }
        if (missing.empty()) break;
        // What was loaded may have been changed and published meanwhile, so all of it is loaded
        // together.
        missing.clear();
        for (const MessageRow& row : rows)
            missing.push_back(row.cid);
        LOAM_CO_TRY(loaded, co_await account.load_counts(std::move(missing)));
    }
    const std::uint64_t ticket = ++account.last_ticket;
    ExpungeRecord record = stage_expunge(*impl_, rows, loaded, ticket);
    keep::Commit commit;
    commit.entries.push_back({account.id, Cid{}, record, {}});
    account.add_trim(commit, impl_->id, record.mailbox_row);
    LOAM_CO_TRY_STATUS(co_await account.commit(std::move(commit)));

    account.cell = record.cell;
    account.publish_row(impl_->id, record.mailbox_row);
    account.publish_counts(record.counts, ticket);
    impl_->publish_expunged(record.uids, record.modseq, ticket, account.published, origin);
    co_return record.uids;
}

ExpungeRecord stage_expunge(Mailbox::Impl& mailbox, const std::vector<MessageRow>& rows,
                            const std::map<Cid, std::uint32_t>& loaded, std::uint64_t ticket) {
    Account::Impl& account = mailbox.account;
    MailboxRow& row = account.staged_rows.at(mailbox.id);
    ExpungeRecord record{.mailbox = mailbox.id,
                         .uids = {},
                         .modseq = {},
                         .counts = {},
                         .erase_deadline_us = account.erase_deadline_us(),
                         .mailbox_row = {},
                         .cell = {}};
    std::map<Cid, std::uint32_t> counts;
    for (const MessageRow& message : rows) {
        auto [found, fresh] = counts.try_emplace(message.cid, 0);
        if (fresh) found->second = account.count_of(message.cid, loaded);
        LOAM_CHECK(found->second > 0);
        --found->second;
        count_out(row, account.staged_cell, message);
        record.uids.add(message.uid);
    }
    mailbox.stage_gone(rows, ticket);
    if (row.unseen == 0) {
        row.first_unseen = Uid{0};
    } else if (record.uids.contains(row.first_unseen)) {
        row.first_unseen = mailbox.first_unseen_from(row.first_unseen);
    }
    for (const auto& [cid, count] : counts)
        record.counts.push_back({cid, count});
    account.stage_counts(record.counts, ticket);
    record.modseq = account.next_modseq();
    row.highest_modseq = record.modseq;
    account.trim_history(row);
    record.mailbox_row = row;
    record.cell = account.staged_cell;
    return record;
}

Task<Result<UidSet>> Mailbox::vanished_since(Modseq since) {
    Account::Impl& account = impl_->account;
    const MailboxId mailbox = impl_->id;
    // The index may have forgotten more already than the published row says.
    auto query = [&account, mailbox, since](const IndexView& view) -> Result<UidSet> {
        LOAM_TRY(const auto row, view.mailbox(account.id, mailbox));
        if (row && since < row->vanished_floor)
            return fail(Errc::not_found, "expunges that old are not remembered");
        return view.vanished(account.id, mailbox, since);
    };
    for (;;) {
        const Lsn published = account.published;
        LOAM_CO_TRY(UidSet uids, co_await account.keeper.read(account.thread.loop, query));
        // A uid that this mailbox object still shows is not told as gone before its change is.
        UidSet told;
        uids.for_each([&](Uid uid) {
            if (find(uid) == nullptr) told.add(uid);
        });
        if (published == account.published) co_return told;
    }
}

}  // namespace loam
