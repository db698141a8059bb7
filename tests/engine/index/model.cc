#include "tests/engine/index/model.h"

#include <algorithm>
#include <iterator>

#include "engine/base/check.h"

namespace loam::test {
namespace {

constexpr std::size_t kMailboxesMax = 4;
constexpr std::size_t kAccountsMax = 3;

template <typename Map>
auto nth(Map& map, std::uint64_t n) {
    return std::next(map.begin(), static_cast<std::ptrdiff_t>(n));
}

}  // namespace

GroupToApply to_apply(const ScriptedGroup& group) {
    GroupToApply out{.group = group.group, .end = group.end, .chain = group.chain, .records = {}};
    for (const ScriptedRecord& record : group.records)
        out.records.push_back({.account = record.account,
                               .cid = record.cid,
                               .record = &record.record,
                               .payload = record.payload,
                               .sidecar = record.sidecar});
    return out;
}

ScriptedGroup Model::next_group(std::size_t records_max) {
    group_ = {};
    group_.group = applied.end.value == 0 ? Lsn{(1ULL << 32) + 64} : applied.end;
    group_.end = Lsn{group_.group.value + 64 + below(1000)};
    for (std::byte& octet : group_.chain)
        octet = static_cast<std::byte>(random_());
    const std::size_t wanted = 1 + below(records_max);
    while (group_.records.size() < wanted) {
        if (!step()) add(kStoreAccount, NoopRecord{});
    }
    applied = {.end = group_.end, .chain = group_.chain};
    return std::move(group_);
}

bool Model::step() {
    if (accounts.empty() || (accounts.size() < kAccountsMax && chance(2))) {
        create_account();
        return true;
    }
    const auto at = nth(accounts, below(accounts.size()));
    const AccountId id = at->first;
    ModelAccount& account = at->second;
    if (account.mailboxes.size() < 2 || (account.mailboxes.size() < kMailboxesMax && chance(2))) {
        create_mailbox(id);
        return true;
    }
    const MailboxId mailbox = some_mailbox(account);
    const std::uint64_t dice = below(1000);
    if (dice < 2) {
        delete_account(id);
    } else if (dice < 10) {
        delete_mailbox(id, mailbox);
    } else if (dice < 450) {
        append(id, mailbox);
    } else if (dice < 500) {
        upload_chunk(id);
    } else if (dice < 515) {
        abort_upload(id);
    } else if (dice < 560) {
        copy(id, mailbox, some_mailbox(account));
    } else if (dice < 600) {
        move(id, mailbox, some_mailbox(account));
    } else if (dice < 900) {
        flags(id, mailbox);
    } else if (dice < 920) {
        return erase(id);
    } else if (dice < 935) {
        return erased(id);
    } else if (dice < 980) {
        expunge(id, mailbox, some_uids(account.mailboxes.at(mailbox)));
    } else if (dice < 990) {
        quota(id);
    } else {
        return false;
    }
    return true;
}

void Model::add(AccountId id, Record record, Cid cid, Place payload, std::string sidecar) {
    group_.records.push_back({.account = id,
                              .cid = cid,
                              .record = std::move(record),
                              .payload = payload,
                              .sidecar = std::move(sidecar)});
}

Place Model::next_place() {
    Place place{.group = group_.group,
                .record = static_cast<std::uint32_t>(group_.records.size()),
                .offset = next_offset_,
                .length = 1 + below(5000),
                .xxh3 = random_()};
    next_offset_ += place.length;
    return place;
}

Modseq Model::next_modseq(ModelAccount& account) {
    account.cell.top_modseq.value += 1;
    return account.cell.top_modseq;
}

MailboxId Model::some_mailbox(const ModelAccount& account) {
    return nth(account.mailboxes, below(account.mailboxes.size()))->first;
}

UidSet Model::some_uids(const ModelMailbox& mailbox) {
    UidSet uids;
    if (mailbox.rows.empty()) return uids;
    const std::size_t n = mailbox.rows.size();
    if (chance(50)) {  // a few
        for (std::uint64_t i = 1 + below(4); i > 0; --i)
            uids.add(nth(mailbox.rows, below(n))->first);
    } else {  // a stretch, or all, with or without holes
        const std::uint64_t first = chance(20) ? 0 : below(n);
        const std::uint64_t length = chance(20) ? n : 1 + below(n);
        const bool holes = chance(50);
        auto row = nth(mailbox.rows, first);
        for (std::uint64_t i = 0; i < length && row != mailbox.rows.end(); ++i, ++row) {
            if (!holes || chance(70)) uids.add(row->first);
        }
    }
    return uids;
}

MessageRow Model::new_row(ModelAccount& account, ModelMailbox& mailbox) {
    MessageRow row;
    row.uid = mailbox.row.uidnext;
    // Uids may jump.
    mailbox.row.uidnext.value += 1 + static_cast<std::uint32_t>(chance(5) ? below(1000) : 0);
    row.internal_date_s = static_cast<std::int64_t>(below(2'000'000'000)) - 1000;
    row.internal_zone_min = static_cast<std::int16_t>(static_cast<int>(below(1560)) - 780);
    row.save_date_s = 1'700'000'000 + static_cast<std::int64_t>(below(1'000'000));
    row.size = below(100'000);
    row.modseq = account.cell.top_modseq;
    row.flags = static_cast<std::uint8_t>(below(32));
    row.keywords = chance(80) ? 0 : random_();
    return row;
}

void Model::recount(ModelAccount& account) {
    account.cell.used_octets = account.cell.messages = 0;
    account.cell.mailboxes = account.mailboxes.size();
    for (auto& [id, mailbox] : account.mailboxes) {
        MailboxRow& row = mailbox.row;
        row.exists = static_cast<std::uint32_t>(mailbox.rows.size());
        row.unseen = row.deleted = 0;
        row.octets = row.deleted_octets = 0;
        row.first_unseen = Uid{0};
        for (const auto& [uid, message] : mailbox.rows) {
            row.octets += message.size;
            if ((message.flags & kFlagSeen) == 0 && ++row.unseen == 1) row.first_unseen = uid;
            if ((message.flags & kFlagDeleted) != 0) {
                ++row.deleted;
                row.deleted_octets += message.size;
            }
            row.highest_modseq = std::max(row.highest_modseq, message.modseq);
        }
        if (!mailbox.vanished.empty())
            row.highest_modseq = std::max(row.highest_modseq, mailbox.vanished.rbegin()->first);
        account.cell.used_octets += row.octets;
        account.cell.messages += row.exists;
    }
}

std::uint32_t Model::count(AccountId account, Cid cid) const {
    std::uint32_t n = 0;
    for (const auto& [id, mailbox] : accounts.at(account).mailboxes) {
        for (const auto& [uid, row] : mailbox.rows)
            n += row.cid == cid ? 1 : 0;
    }
    return n;
}

}  // namespace loam::test
