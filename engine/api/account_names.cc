// Names of an account: CREATE, DELETE, RENAME, SUBSCRIBE. Each has the account alone: nothing is
// staged beside it.
#include <algorithm>

#include "engine/api/account.h"
#include "engine/api/account_state.h"
#include "engine/base/limits.h"

namespace loam {

namespace {

constexpr std::string_view kInbox = "INBOX";
/// Names (mailboxes and subscriptions) of one account.
constexpr std::size_t kNamesMax = 100'000;

Status check_name(std::string_view name) {
    if (name.empty()) return fail(Errc::invalid, "empty mailbox name");
    if (name.size() > kMailboxNameBytesMax) {
        return fail(Errc::invalid, "mailbox name of " + std::to_string(name.size()) +
                                       " octets; the limit is " +
                                       std::to_string(kMailboxNameBytesMax));
    }
    if (name.front() == '/' || name.back() == '/' || name.find("//") != std::string_view::npos) {
        return fail(Errc::invalid, "mailbox name with an empty level");
    }
    return {};
}

NameRow name_row(const Account::Impl& account, std::string_view name) {
    const auto found = account.names.find(name);
    return found == account.names.end() ? NameRow{} : found->second;
}

/// A new mailbox in `record`, staged. The caller has checked that the name is free.
MailboxId stage_create(Account::Impl& account, MailboxRecord& record, const std::string& name,
                       std::string special_use) {
    const MailboxId mailbox = account.staged_cell.next_mailbox;
    account.staged_cell.next_mailbox = MailboxId{mailbox.value + 1};
    ++account.staged_cell.mailboxes;
    MailboxRow row;
    row.name = name;
    row.uidvalidity = account.next_uidvalidity();
    row.highest_modseq = account.next_modseq();
    row.special_use = std::move(special_use);
    account.staged_rows[mailbox] = row;
    account.recent_from[mailbox] = row.uidnext;
    NameRow entry = name_row(account, name);
    entry.mailbox = mailbox;
    record.names.emplace_back(name, entry);
    record.mailboxes.emplace_back(mailbox, row);
    return mailbox;
}

void publish_names(Account::Impl& account, const MailboxRecord& record) {
    for (const auto& [name, row] : record.names) {
        if (row.mailbox || row.subscribed) {
            account.names[name] = row;
        } else {
            account.names.erase(name);
        }
    }
    for (const auto& [mailbox, row] : record.mailboxes)
        account.publish_row(mailbox, row);
    account.cell = record.cell;
}

Task<Status> commit_names(Account::Impl& account, MailboxRecord record) {
    record.cell = account.staged_cell;
    keep::Commit commit;
    commit.entries.push_back({account.id, Cid{}, record, {}});
    LOAM_CO_TRY_STATUS(co_await account.commit(std::move(commit)));
    publish_names(account, record);
    co_return Status::good();
}

Status check_mailbox_limit(const Account::Impl& account) {
    const AccountCell& cell = account.staged_cell;
    if (passes_limit(cell.mailboxes, 1, cell.limit_mailboxes)) {
        return fail(Errc::over_quota, "MAILBOX limit of the account would be passed");
    }
    if (account.names.size() >= kNamesMax)
        return fail(Errc::limit, "the account has too many names");
    return {};
}

}  // namespace

std::vector<NameEntry> Account::names() const {
    std::vector<NameEntry> entries;
    entries.reserve(impl_->names.size());
    for (const auto& [name, row] : impl_->names) {
        NameEntry entry{
            .name = name, .mailbox = row.mailbox, .subscribed = row.subscribed, .special_use = {}};
        if (row.mailbox) entry.special_use = impl_->rows.at(*row.mailbox).special_use;
        entries.push_back(std::move(entry));
    }
    return entries;
}

std::optional<MailboxId> Account::find_mailbox(std::string_view name) const {
    return name_row(*impl_, name).mailbox;
}

const MailboxRow* Account::mailbox_row(MailboxId mailbox) const {
    const auto found = impl_->rows.find(mailbox);
    return found == impl_->rows.end() ? nullptr : &found->second;
}

Task<Result<MailboxId>> Account::create_mailbox(std::string name, std::string special_use) {
    const AccountLock::Pass pass = co_await impl_->lock.alone();
    LOAM_CO_TRY_STATUS(impl_->check_writable());
    LOAM_CO_TRY_STATUS(check_name(name));
    if (name_row(*impl_, name).mailbox) co_return fail(Errc::exists, "the mailbox exists already");
    LOAM_CO_TRY_STATUS(check_mailbox_limit(*impl_));
    MailboxRecord record;
    const MailboxId mailbox = stage_create(*impl_, record, name, std::move(special_use));
    LOAM_CO_TRY_STATUS(co_await commit_names(*impl_, std::move(record)));
    co_return mailbox;
}

Task<Status> Account::set_subscribed(std::string name, bool subscribed) {
    const AccountLock::Pass pass = co_await impl_->lock.alone();
    LOAM_CO_TRY_STATUS(impl_->check_writable());
    LOAM_CO_TRY_STATUS(check_name(name));
    NameRow row = name_row(*impl_, name);
    if (row.subscribed == subscribed) co_return Status::good();
    if (subscribed && impl_->names.size() >= kNamesMax)
        co_return fail(Errc::limit, "the account has too many names");
    row.subscribed = subscribed;
    MailboxRecord record;
    record.names.emplace_back(std::move(name), row);
    co_return co_await commit_names(*impl_, std::move(record));
}

namespace {

/// The mailbox with its messages, whatever its name; the caller has the account alone.
Task<Status> drop_mailbox(Account& whole, std::string name) {
    Account::Impl& account = whole.impl();
    NameRow row = name_row(account, name);
    if (!row.mailbox) co_return fail(Errc::not_found, "no such mailbox");
    const MailboxId mailbox = *row.mailbox;
    LOAM_CO_TRY(const std::shared_ptr<Mailbox> opened, co_await whole.open_mailbox(mailbox));
    Mailbox::Impl& state = opened->impl();

    keep::Commit commit;
    ExpungeRecord expunge;
    const std::uint64_t ticket = ++account.last_ticket;
    if (!state.messages.empty()) {
        std::vector<Cid> cids;
        cids.reserve(state.messages.size());
        for (const MessageRow& message : state.messages)
            cids.push_back(message.cid);
        LOAM_CO_TRY(const auto loaded, co_await account.load_counts(std::move(cids)));
        expunge = stage_expunge(state, state.messages, loaded, ticket);
        commit.entries.push_back({account.id, Cid{}, expunge, {}});
    }
    row.mailbox.reset();
    --account.staged_cell.mailboxes;
    account.staged_rows.erase(mailbox);
    MailboxRecord record;
    record.names.emplace_back(name, row);
    record.deleted.push_back(mailbox);
    record.cell = account.staged_cell;
    commit.entries.push_back({account.id, Cid{}, record, {}});
    LOAM_CO_TRY_STATUS(co_await account.commit(std::move(commit)));

    publish_names(account, record);
    account.rows.erase(mailbox);
    account.recent_from.erase(mailbox);
    account.open.erase(mailbox);
    account.publish_counts(expunge.counts, ticket);
    state.gone = true;
    state.publish_expunged(expunge.uids, expunge.modseq, ticket, account.published, nullptr);
    state.notify(
        {.kind = Change::Kind::gone, .uids = {}, .modseq = expunge.modseq, .origin = nullptr});
    co_return Status::good();
}

}  // namespace

Task<Status> Account::delete_mailbox(std::string name) {
    const AccountLock::Pass pass = co_await impl_->lock.alone();
    if (name == kInbox) co_return fail(Errc::invalid, "INBOX cannot be deleted");
    co_return co_await drop_mailbox(*this, std::move(name));
}

Task<Status> drop_mailboxes(Account& account) {
    for (const NameEntry& entry : account.names()) {
        if (!entry.mailbox) continue;
        LOAM_CO_TRY_STATUS(co_await drop_mailbox(account, entry.name));
    }
    co_return Status::good();
}

namespace {

/// INBOX stays and its messages go to a new mailbox: RFC 9051 section 6.3.6.
Task<Status> rename_inbox(Account& whole, std::string to) {
    Account::Impl& account = whole.impl();
    const MailboxId inbox = *name_row(account, kInbox).mailbox;
    LOAM_CO_TRY(const std::shared_ptr<Mailbox> opened, co_await whole.open_mailbox(inbox));
    Mailbox::Impl& state = opened->impl();
    MailboxRecord record;
    const MailboxId target = stage_create(account, record, to, "");
    record.cell = account.staged_cell;
    keep::Commit commit;
    commit.entries.push_back({account.id, Cid{}, record, {}});
    const std::uint64_t ticket = ++account.last_ticket;
    std::optional<MoveRecord> move;
    if (!state.messages.empty()) {
        LOAM_CO_TRY(move, stage_move(state, state.messages, target, ticket));
        commit.entries.push_back({account.id, Cid{}, *move, {}});
        account.add_trim(commit, inbox, move->source_row);
    }
    LOAM_CO_TRY_STATUS(co_await account.commit(std::move(commit)));

    publish_names(account, record);
    if (move) {
        account.cell = move->cell;
        account.publish_row(inbox, move->source_row);
        account.publish_row(target, move->target_row);
        state.publish_expunged(move->source_uids, move->modseq, ticket, account.published, nullptr);
        account.publish_arrivals(target, move->rows);
    }
    co_return Status::good();
}

}  // namespace

Task<Status> Account::rename_mailbox(std::string from, std::string to) {
    Impl& account = *impl_;
    const AccountLock::Pass pass = co_await account.lock.alone();
    LOAM_CO_TRY_STATUS(account.check_writable());
    LOAM_CO_TRY_STATUS(check_name(to));
    if (name_row(account, to).mailbox) co_return fail(Errc::exists, "the new name is taken");
    const std::string below = from + "/";
    if (to.starts_with(below)) co_return fail(Errc::invalid, "a mailbox cannot move below itself");
    if (from == kInbox) {
        LOAM_CO_TRY_STATUS(check_mailbox_limit(account));
        co_return co_await rename_inbox(*this, std::move(to));
    }

    MailboxRecord record;
    for (auto at = account.names.lower_bound(from); at != account.names.end(); ++at) {
        const auto& [name, row] = *at;
        const bool itself = name == from;
        if (!itself && !name.starts_with(below)) {
            if (name > below && !name.starts_with(from)) break;
            continue;
        }
        if (!row.mailbox) continue;  // a subscription stays with its name
        const std::string new_name = to + name.substr(from.size());
        LOAM_CO_TRY_STATUS(check_name(new_name));
        NameRow there = name_row(account, new_name);
        if (there.mailbox) co_return fail(Errc::exists, "the new name is taken: " + new_name);
        there.mailbox = row.mailbox;
        record.names.emplace_back(name,
                                  NameRow{.mailbox = std::nullopt, .subscribed = row.subscribed});
        record.names.emplace_back(new_name, there);
        MailboxRow moved = account.staged_rows.at(*row.mailbox);
        moved.name = new_name;
        record.mailboxes.emplace_back(*row.mailbox, std::move(moved));
    }
    if (record.mailboxes.empty()) co_return fail(Errc::not_found, "no such mailbox");
    for (auto& [mailbox, row] : record.mailboxes) {
        // The new name may have been another mailbox's: RFC 9051 section 2.3.1.1 wants its
        // UIDVALIDITY to rise.
        row.uidvalidity = account.next_uidvalidity();
        account.staged_rows[mailbox] = row;
    }
    co_return co_await commit_names(account, std::move(record));
}

}  // namespace loam
