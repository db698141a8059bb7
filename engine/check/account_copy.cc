#include "engine/check/account_copy.h"

#include <algorithm>
#include <set>
#include <span>

namespace loam::check {

namespace {

constexpr std::size_t kBatch = 1024;

Status copy_contents(const IndexView& view, AccountId account, AccountCopy& copy) {
    std::vector<Cid> cids;
    for (const auto& [cid, rows] : copy.rows_of())
        cids.push_back(cid);
    for (std::size_t at = 0; at < cids.size(); at += kBatch) {
        const auto batch = std::span(cids).subspan(at, std::min(kBatch, cids.size() - at));
        LOAM_TRY(const auto contents, view.contents(account, batch));
        LOAM_TRY(const auto counts, view.counts(account, batch));
        for (std::size_t i = 0; i < batch.size(); ++i) {
            if (contents[i]) copy.contents.emplace(batch[i], *contents[i]);
            copy.counts.emplace(batch[i], counts[i]);
        }
    }
    return Status::good();
}

/// Uids that were given out, are not there and were never expunged.
UidSet unaccounted(const MailboxCopy& mailbox) {
    // Expunges at or below the floor are forgotten: then nobody can tell.
    if (mailbox.row.uidnext.value <= 1 || mailbox.row.vanished_floor.value != 0) return {};
    UidSet known = mailbox.vanished;
    std::vector<Uid> there;
    there.reserve(mailbox.rows.size());
    for (const auto& [uid, row] : mailbox.rows)
        there.push_back(uid);
    known.add(UidSet::from_sorted(there));
    const UidSet all{{Uid{1}, Uid{mailbox.row.uidnext.value - 1}}};
    return all.minus(known);
}

void count_again(MailboxCopy& mailbox, AccountCell& cell) {
    MailboxRow& row = mailbox.row;
    row.exists = row.unseen = row.deleted = 0;
    row.octets = row.deleted_octets = 0;
    row.first_unseen = Uid{0};
    for (const auto& [uid, message] : mailbox.rows) {
        ++row.exists;
        row.octets += message.size;
        if ((message.flags & kFlagSeen) == 0 && row.unseen++ == 0) row.first_unseen = uid;
        if ((message.flags & kFlagDeleted) != 0) {
            ++row.deleted;
            row.deleted_octets += message.size;
        }
        row.uidnext = std::max(row.uidnext, Uid{uid.value + 1});
        row.highest_modseq = std::max(row.highest_modseq, message.modseq);
        cell.next_cid = std::max(cell.next_cid, Cid{message.cid.value + 1});
    }
    cell.used_octets += row.octets;
    cell.messages += row.exists;
    ++cell.mailboxes;
    cell.top_modseq = std::max(cell.top_modseq, row.highest_modseq);
    cell.next_uidvalidity = std::max(cell.next_uidvalidity, row.uidvalidity + 1);
}

/// Each mailbox has its name and each name its mailbox; INBOX is not made up.
void name_again(AccountCopy& copy) {
    std::erase_if(copy.names, [&](const auto& entry) {
        return entry.second.mailbox && !copy.mailboxes.contains(*entry.second.mailbox) &&
               !entry.second.subscribed;
    });
    for (auto& [name, row] : copy.names) {
        if (row.mailbox && !copy.mailboxes.contains(*row.mailbox)) row.mailbox.reset();
    }
    for (auto& [id, mailbox] : copy.mailboxes) {
        NameRow& row = copy.names[mailbox.row.name];
        if (row.mailbox && *row.mailbox != id) {
            mailbox.row.name += "-" + std::to_string(id.value);
            copy.names[mailbox.row.name].mailbox = id;
        } else {
            row.mailbox = id;
        }
        copy.cell.next_mailbox = std::max(copy.cell.next_mailbox, MailboxId{id.value + 1});
    }
}

}  // namespace

std::map<Cid, std::uint32_t> AccountCopy::rows_of() const {
    std::map<Cid, std::uint32_t> rows;
    for (const auto& [id, mailbox] : mailboxes) {
        for (const auto& [uid, row] : mailbox.rows)
            ++rows[row.cid];
    }
    return rows;
}

Result<std::optional<AccountCopy>> copy_account(const IndexView& view, AccountId account) {
    LOAM_TRY(const auto cell, view.account(account));
    if (!cell) return std::optional<AccountCopy>();
    AccountCopy copy;
    copy.cell = *cell;
    LOAM_TRY(copy.credentials, view.credentials(account));
    LOAM_TRY(const auto names, view.names(account));
    copy.names.insert(names.begin(), names.end());
    LOAM_TRY(const auto mailboxes, view.mailboxes(account));
    for (const auto& [id, row] : mailboxes) {
        MailboxCopy& mailbox = copy.mailboxes[id];
        mailbox.row = row;
        LOAM_TRY(const auto rows, view.rows(account, id));
        for (const MessageRow& message : rows)
            mailbox.rows.emplace(message.uid, message);
        LOAM_TRY(mailbox.vanished, view.vanished(account, id, Modseq{0}));
    }
    LOAM_TRY_STATUS(copy_contents(view, account, copy));
    return std::optional(std::move(copy));
}

std::vector<Loss> make_consistent(AccountId account, AccountCopy& copy) {
    std::vector<Loss> losses;
    const std::string user = copy.credentials ? copy.credentials->name : "";
    copy.cell.used_octets = copy.cell.messages = copy.cell.mailboxes = 0;
    for (auto& [id, mailbox] : copy.mailboxes) {
        if (mailbox.row.name.empty()) mailbox.row.name = "Salvaged-" + std::to_string(id.value);
        if (const UidSet lost = unaccounted(mailbox); !lost.empty())
            losses.push_back({account, user, mailbox.row.name, lost, "nothing is known of it"});
        UidSet gone;
        for (const auto& [uid, row] : mailbox.rows) {
            if (!copy.contents.contains(row.cid)) gone.add(uid);
        }
        std::erase_if(mailbox.rows, [&](const auto& entry) { return gone.contains(entry.first); });
        mailbox.vanished.add(gone);
        if (!gone.empty())
            losses.push_back({account, user, mailbox.row.name, gone, "its octets are lost"});
        // What changes here is news to every client.
        if (!gone.empty()) mailbox.row.highest_modseq = Modseq{++copy.cell.top_modseq.value};
        count_again(mailbox, copy.cell);
    }
    name_again(copy);
    for (auto& [cid, count] : copy.rows_of())
        copy.counts[cid] = count;
    return losses;
}

namespace {

/// Finds the steps of one account.
class Steps {
  public:
    Steps(const AccountCopy& is, const AccountCopy& should, std::int64_t deadline)
        : is_(is), should_(should), wanted_(should.rows_of()), deadline_(deadline) {}

    std::vector<Step> find(bool account_is_there) {
        if (!account_is_there || is_.credentials != should_.credentials) add_credentials();
        for (const auto& [id, mailbox] : should_.mailboxes) {
            const auto found = is_.mailboxes.find(id);
            static const MailboxCopy kNone{};
            const MailboxCopy& before = found == is_.mailboxes.end() ? kNone : found->second;
            if (found == is_.mailboxes.end())
                mailbox_record_.mailboxes.emplace_back(id, mailbox.row);
            add_rows(id, before, mailbox);
            add_expunge(id, before, mailbox);
            if (!(before.row == mailbox.row) && found != is_.mailboxes.end())
                mailbox_record_.mailboxes.emplace_back(id, mailbox.row);
        }
        remove_mailboxes();
        add_names();
        mailbox_record_.cell = should_.cell;
        const bool changed = !steps_.empty() || !mailbox_record_.mailboxes.empty() ||
                             !mailbox_record_.deleted.empty() || !mailbox_record_.names.empty() ||
                             !(is_.cell == should_.cell);
        if (changed) steps_.push_back({mailbox_record_, std::nullopt});
        return std::move(steps_);
    }

  private:
    void add_credentials() {
        AccountRecord record;
        record.credentials = should_.credentials.value_or(CredentialRow{});
        record.cell = should_.cell;
        steps_.push_back({std::move(record), std::nullopt});
    }
    void add_rows(MailboxId id, const MailboxCopy& before, const MailboxCopy& after) {
        CopyRecord copy;
        copy.target = id;
        std::set<Cid> cids;
        for (const auto& [uid, row] : after.rows) {
            const auto old = before.rows.find(uid);
            const bool same = old != before.rows.end() && old->second == row;
            const auto content = should_.contents.find(row.cid);
            const bool there = content == should_.contents.end() ||
                               is_.contents.contains(row.cid) || appended_.contains(row.cid);
            if (!there) {
                append(id, row, content->second, after.row);
            } else if (same && is_.counts.at(row.cid) == should_.counts.at(row.cid)) {
                continue;
            } else if (!same) {
                copy.rows.push_back(row);
            }
            cids.insert(row.cid);
        }
        for (const Cid cid : cids)
            copy.counts.push_back({cid, wanted_.at(cid)});
        if (copy.counts.empty()) return;
        copy.target_row = after.row;
        copy.cell = should_.cell;
        steps_.push_back({std::move(copy), std::nullopt});
    }
    void append(MailboxId id, const MessageRow& row, const ContentRow& content,
                const MailboxRow& mailbox) {
        AppendRecord record;
        record.mailbox = id;
        record.row = row;
        record.sha256 = content.sha256;
        record.size = content.size;
        record.sidecar_bytes = content.sidecar_bytes;
        record.mailbox_row = mailbox;
        record.cell = should_.cell;
        steps_.push_back({std::move(record), content});
        appended_.insert(row.cid);
    }
    void add_expunge(MailboxId id, const MailboxCopy& before, const MailboxCopy& after) {
        ExpungeRecord record;
        std::set<Cid> cids;
        for (const auto& [uid, row] : before.rows) {
            if (after.rows.contains(uid)) continue;
            record.uids.add(uid);
            cids.insert(row.cid);
        }
        record.uids.add(after.vanished.minus(before.vanished));
        if (record.uids.empty()) return;
        for (const Cid cid : cids) {
            const auto left = wanted_.find(cid);
            record.counts.push_back({cid, left == wanted_.end() ? 0 : left->second});
        }
        record.mailbox = id;
        record.modseq = after.row.highest_modseq;
        record.erase_deadline_us = deadline_;
        record.mailbox_row = after.row;
        record.cell = should_.cell;
        steps_.push_back({std::move(record), std::nullopt});
    }
    void remove_mailboxes() {
        for (const auto& [id, mailbox] : is_.mailboxes) {
            if (should_.mailboxes.contains(id)) continue;
            MailboxCopy empty;
            empty.row = mailbox.row;
            add_expunge(id, mailbox, empty);
            mailbox_record_.deleted.push_back(id);
        }
    }
    void add_names() {
        for (const auto& [name, row] : should_.names) {
            const auto old = is_.names.find(name);
            if (old == is_.names.end() || !(old->second == row))
                mailbox_record_.names.emplace_back(name, row);
        }
        for (const auto& [name, row] : is_.names) {
            if (!should_.names.contains(name)) mailbox_record_.names.emplace_back(name, NameRow{});
        }
    }

    const AccountCopy& is_;
    const AccountCopy& should_;
    const std::map<Cid, std::uint32_t> wanted_;
    const std::int64_t deadline_;
    std::set<Cid> appended_;
    MailboxRecord mailbox_record_;
    std::vector<Step> steps_;
};

}  // namespace

std::vector<Step> steps_between(const std::optional<AccountCopy>& is, const AccountCopy& should,
                                std::int64_t erase_deadline_us) {
    static const AccountCopy kNone{};
    return Steps(is ? *is : kNone, should, erase_deadline_us).find(is.has_value());
}

}  // namespace loam::check
