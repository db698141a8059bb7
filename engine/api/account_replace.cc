// REPLACE: a message arrives and another goes, in one transaction. RFC 8508.
#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "engine/api/account.h"
#include "engine/api/account_state.h"
#include "engine/api/upload_state.h"

namespace loam {
namespace {

/// As if a message of `frees` octets were gone already.
Status check_net_room(Account::Impl& account, std::uint64_t size, std::uint64_t frees) {
    const AccountCell before = account.staged_cell;
    account.staged_cell.used_octets -= frees;
    account.staged_cell.messages -= 1;
    Status room = account.check_room(size, 1);
    account.staged_cell = before;
    return room;
}

/// What the message that goes looks like, and what is needed to count its content down.
struct Old {
    std::vector<MessageRow> rows;
    std::map<Cid, std::uint32_t> loaded;
};

Task<Result<Old>> find_old(Account::Impl& account, Mailbox& source, Uid uid) {
    UidSet uids;
    uids.add(uid);
    Old old;
    for (;;) {
        if (source.impl().gone) co_return fail(Errc::read_only, "the mailbox is gone");
        old.rows = source.impl().staged_messages(uids);
        if (old.rows.empty()) co_return fail(Errc::expunged, "the message is gone");
        const Cid cid = old.rows.front().cid;
        if (old.loaded.contains(cid) || account.staged_counts.contains(cid)) co_return old;
        std::vector<Cid> wanted{cid};
        LOAM_CO_TRY(old.loaded, co_await account.load_counts(std::move(wanted)));
    }
}

/// Everything that could go wrong, before anything is staged.
Status check(Account::Impl& account, MailboxId target, const AppendItem& item,
             const MessageRow& old) {
    const auto found = account.staged_rows.find(target);
    if (found == account.staged_rows.end()) return fail(Errc::not_found, "no such mailbox");
    MailboxRow row = found->second;
    LOAM_TRY_STATUS(keyword_bits(row, item.keywords));
    if (row.uidnext.value == UINT32_MAX) return fail(Errc::limit, "the mailbox is out of uids");
    if (item.upload->impl().payload_bytes() > kAppendPayloadMax)
        return fail(Errc::limit, "the message does not fit into one record");
    return check_net_room(account, item.upload->size(), old.size);
}

}  // namespace

Status Account::check_replacement(std::uint64_t size, std::uint64_t frees) const {
    const AccountCell before = impl_->staged_cell;
    frees = std::min(frees, before.used_octets);
    impl_->staged_cell.used_octets -= frees;
    impl_->staged_cell.messages -= before.messages > 0 ? 1 : 0;
    Status checked = check_upload(size);
    impl_->staged_cell = before;
    return checked;
}

Result<std::unique_ptr<Upload>> Account::begin_replacement(std::uint64_t size,
                                                           std::uint64_t frees) {
    LOAM_TRY_STATUS(check_replacement(size, frees));
    return std::make_unique<Upload>(std::make_unique<Upload::Impl>(*impl_, size));
}

Task<Result<AppendOutcome>> Account::replace(Mailbox& source, Uid uid, MailboxId target,
                                             AppendItem item, const Watch* origin) {
    Impl& account = *impl_;
    const AccountLock::Pass pass = co_await account.lock.shared();
    LOAM_CO_TRY_STATUS(account.check_writable());
    LOAM_CO_TRY(const Old old, co_await find_old(account, source, uid));
    LOAM_CO_TRY_STATUS(check(account, target, item, old.rows.front()));

    const std::uint64_t ticket = ++account.last_ticket;
    const ExpungeRecord gone = stage_expunge(source.impl(), old.rows, old.loaded, ticket);
    MailboxRow& row = account.staged_rows.at(target);
    LOAM_CO_TRY(const std::uint64_t keywords, keyword_bits(row, item.keywords));
    keep::Commit commit;
    commit.entries.push_back({account.id, Cid{}, gone, {}});
    account.add_trim(commit, source.id(), gone.mailbox_row);
    commit.entries.push_back(append_entry(account, target, item, keywords, account.next_modseq()));
    const auto arrived = std::get<AppendRecord>(commit.entries.back().record);
    const AccountCell cell = account.staged_cell;
    LOAM_CO_TRY_STATUS(co_await account.commit(std::move(commit)));

    account.cell = cell;
    account.publish_row(source.id(), gone.mailbox_row);
    account.publish_row(target, arrived.mailbox_row);
    account.publish_counts(gone.counts, ticket);
    account.publish_arrivals(target, {arrived.row});
    source.impl().publish_expunged(gone.uids, gone.modseq, ticket, account.published, origin);
    account.thread.indexer.arrived(account, arrived.row.cid, arrived.row.size);
    co_return AppendOutcome{.uidvalidity = arrived.mailbox_row.uidvalidity,
                            .uids = {arrived.row.uid}};
}

}  // namespace loam
