#include <algorithm>
#include <iterator>
#include <string>

#include "engine/base/check.h"
#include "engine/record/limits.h"
#include "tests/engine/index/model.h"

/// The kinds of records: each step says what becomes of the model, and what the log would hold.
namespace loam::test {
namespace {

constexpr std::int64_t kDeadline = 1'000'000;
// Enough for a dozen chunks.
constexpr std::size_t kRowsMax = 3000;

/// Counts of the cids, each once and ascending.
std::vector<CidCount> counts_of(const Model& model, AccountId id, std::vector<Cid> cids) {
    std::ranges::sort(cids);
    cids.erase(std::ranges::unique(cids).begin(), cids.end());
    std::vector<CidCount> counts;
    for (const Cid cid : cids)
        counts.push_back({cid, model.count(id, cid)});
    return counts;
}

}  // namespace

void Model::create_account() {
    const AccountId id{++store_cell.next_account};
    const std::string user = "user" + std::to_string(id.value);
    ModelAccount& account = accounts[id];
    account.credentials = CredentialRow{.name = user, .secret = "secret"};
    debts[id];
    add(id,
        AccountRecord{
            .credentials = account.credentials, .user = {}, .account = {}, .cell = account.cell});
    users[user] = id;
    add(kStoreAccount,
        AccountRecord{.credentials = {}, .user = user, .account = id, .cell = store_cell});
}

void Model::delete_account(AccountId id) {
    ModelAccount& account = accounts.at(id);
    const std::string user = account.credentials->name;
    users.erase(user);
    add(kStoreAccount,
        AccountRecord{.credentials = {}, .user = user, .account = {}, .cell = store_cell});
    std::vector<MailboxId> ids;
    for (const auto& [mailbox, rows] : account.mailboxes)
        ids.push_back(mailbox);
    for (const MailboxId mailbox : ids)
        delete_mailbox(id, mailbox);
    add(id, AccountRecord{.credentials = {}, .user = {}, .account = {}, .cell = account.cell});
    accounts.erase(id);
}

void Model::create_mailbox(AccountId id) {
    ModelAccount& account = accounts.at(id);
    const MailboxId mailbox = account.cell.next_mailbox;
    account.cell.next_mailbox.value += 1;
    ModelMailbox& made = account.mailboxes[mailbox];
    made.row.name = "Box/" + std::to_string(mailbox.value);
    made.row.uidvalidity = account.cell.next_uidvalidity++;
    made.row.keywords = {"$Junk", "$Label"};
    account.names[made.row.name] = {.mailbox = mailbox, .subscribed = chance(50)};
    recount(account);
    MailboxRecord record{.names = {{made.row.name, account.names[made.row.name]}},
                         .mailboxes = {{mailbox, made.row}},
                         .deleted = {},
                         .cell = account.cell};
    add(id, std::move(record));
}

void Model::delete_mailbox(AccountId id, MailboxId mailbox) {
    ModelAccount& account = accounts.at(id);
    const ModelMailbox& box = account.mailboxes.at(mailbox);
    UidSet all;
    for (const auto& [uid, row] : box.rows)
        all.add(uid);
    expunge(id, mailbox, all);
    const std::string name = box.row.name;
    NameRow& name_row = account.names.at(name);
    name_row.mailbox.reset();  // a subscription stays
    account.mailboxes.erase(mailbox);
    recount(account);
    MailboxRecord record{
        .names = {{name, name_row}}, .mailboxes = {}, .deleted = {mailbox}, .cell = account.cell};
    if (!name_row.subscribed) account.names.erase(name);
    add(id, std::move(record));
}

void Model::append(AccountId id, MailboxId mailbox) {
    ModelAccount& account = accounts.at(id);
    ModelMailbox& box = account.mailboxes.at(mailbox);
    ModelDebts& debt = debts.at(id);
    // Now and then many at once, so that chunks fill.
    const bool many = chance(5) && box.rows.size() < kRowsMax;
    for (std::uint64_t n = many ? 1 + below(500) : 1; n > 0; --n) {
        next_modseq(account);
        AppendRecord record;
        record.mailbox = mailbox;
        record.row = new_row(account, box);
        const bool chunked = !debt.uploads.empty() && chance(50);
        if (chunked) {
            record.upload = debt.uploads.begin()->first;
            for (const auto& [sequence, place] : debt.uploads.begin()->second)
                record.chunk_places.push_back(place);
            record.row.cid = Cid{record.upload};
            debt.uploads.erase(record.upload);
        } else {
            record.row.cid = account.cell.next_cid;
            account.cell.next_cid.value += 1;
        }
        record.sha256[0] = static_cast<std::byte>(random_());
        record.size = record.row.size + below(10);
        record.sidecar_bytes = 10 + below(100);
        const Place payload = next_place();
        ContentRow content{.sha256 = record.sha256,
                           .size = record.size,
                           .sidecar_bytes = record.sidecar_bytes,
                           .places = record.chunk_places};
        content.places.push_back(payload);
        debt.contents[record.row.cid] = content;
        box.rows[record.row.uid] = record.row;
        recount(account);
        record.mailbox_row = box.row;
        record.cell = account.cell;
        const Cid cid = record.row.cid;
        std::string sidecar = chance(70) ? "sidecar " + std::to_string(random_()) : "";
        if (!sidecar.empty()) sidecars[{id, cid}] = sidecar;
        add(id, std::move(record), cid, payload, std::move(sidecar));
    }
}

void Model::upload_chunk(AccountId id) {
    ModelAccount& account = accounts.at(id);
    auto& uploads = debts.at(id).uploads;
    std::uint64_t upload = 0;
    if (uploads.empty() || chance(30)) {
        upload = account.cell.next_cid.value++;  // which the record itself makes known
    } else {
        upload =
            std::next(uploads.begin(), static_cast<std::ptrdiff_t>(below(uploads.size())))->first;
    }
    auto& chunks = uploads[upload];
    const auto sequence = static_cast<std::uint32_t>(chunks.size());
    const Place payload = next_place();
    chunks[sequence] = payload;
    add(id, ChunkRecord{.upload = upload, .sequence = sequence}, {}, payload);
}

void Model::abort_upload(AccountId id) {
    ModelDebts& debt = debts.at(id);
    // Of an upload without chunks nothing is left behind.
    const std::uint64_t upload = debt.uploads.empty() ? 999'999 : debt.uploads.begin()->first;
    const auto number = static_cast<std::uint32_t>(group_.records.size());
    if (!debt.uploads.empty()) {
        EraseRow erase{.deadline_us = kDeadline, .cids = {}, .places = {}};
        for (const auto& [sequence, place] : debt.uploads.begin()->second)
            erase.places.push_back(place);
        debt.erasures[{.group = group_.group, .number = number}] = std::move(erase);
        debt.uploads.erase(upload);
    }
    add(id, AbortRecord{.upload = upload, .erase_deadline_us = kDeadline});
}

void Model::copy(AccountId id, MailboxId source, MailboxId target) {
    ModelAccount& account = accounts.at(id);
    const ModelMailbox& from = account.mailboxes.at(source);
    const UidSet uids = some_uids(from);
    if (uids.empty()) return;
    ModelMailbox& to = account.mailboxes.at(target);
    if (to.rows.size() > kRowsMax) return;
    CopyRecord record;
    record.target = target;
    const Modseq modseq = next_modseq(account);
    std::vector<Cid> cids;
    for (const Uid uid : uids.to_vector()) {
        if (!from.rows.contains(uid)) continue;
        MessageRow row = from.rows.at(uid);
        row.uid = to.row.uidnext;
        to.row.uidnext.value += 1;
        row.modseq = modseq;
        row.save_date_s += 5;
        record.rows.push_back(row);
        cids.push_back(row.cid);
    }
    for (const MessageRow& row : record.rows)
        to.rows[row.uid] = row;
    record.counts = counts_of(*this, id, std::move(cids));
    recount(account);
    record.target_row = to.row;
    record.cell = account.cell;
    add(id, std::move(record));
}

void Model::move(AccountId id, MailboxId source, MailboxId target) {
    ModelAccount& account = accounts.at(id);
    ModelMailbox& from = account.mailboxes.at(source);
    ModelMailbox& to = account.mailboxes.at(target);
    MoveRecord record;
    record.source = source;
    record.target = target;
    for (const Uid uid : some_uids(from).to_vector()) {
        if (from.rows.contains(uid)) record.source_uids.add(uid);
    }
    if (record.source_uids.empty()) return;
    record.modseq = next_modseq(account);
    for (const Uid uid : record.source_uids.to_vector()) {
        MessageRow row = from.rows.at(uid);
        from.rows.erase(uid);
        row.uid = to.row.uidnext;
        to.row.uidnext.value += 1;
        row.modseq = record.modseq;
        record.rows.push_back(row);
    }
    for (const MessageRow& row : record.rows)
        to.rows[row.uid] = row;
    from.vanished[record.modseq] = record.source_uids;
    recount(account);
    record.source_row = from.row;
    record.target_row = to.row;
    record.cell = account.cell;
    add(id, std::move(record));
}

void Model::flags(AccountId id, MailboxId mailbox) {
    ModelAccount& account = accounts.at(id);
    ModelMailbox& box = account.mailboxes.at(mailbox);
    FlagsRecord record;
    record.mailbox = mailbox;
    record.modseq = next_modseq(account);
    for (std::uint64_t runs = 1 + below(2); runs > 0; --runs) {
        FlagsRecord::Run run;
        run.flags = static_cast<std::uint8_t>(below(32));
        run.keywords = chance(80) ? 0 : below(4);
        for (const Uid uid : some_uids(box).to_vector()) {
            const auto row = box.rows.find(uid);
            if (row == box.rows.end()) continue;
            run.uids.add(uid);
            row->second.modseq = record.modseq;
            row->second.flags = run.flags;
            row->second.keywords = run.keywords;
        }
        if (!run.uids.empty()) record.runs.push_back(std::move(run));
    }
    recount(account);
    record.mailbox_row = box.row;
    record.cell = account.cell;
    add(id, std::move(record));
}

void Model::expunge(AccountId id, MailboxId mailbox, const UidSet& uids) {
    ModelAccount& account = accounts.at(id);
    ModelMailbox& box = account.mailboxes.at(mailbox);
    ExpungeRecord record;
    record.mailbox = mailbox;
    record.erase_deadline_us = kDeadline;
    std::vector<Cid> cids;
    for (const Uid uid : uids.to_vector()) {
        const auto row = box.rows.find(uid);
        if (row == box.rows.end()) continue;
        record.uids.add(uid);
        cids.push_back(row->second.cid);
        box.rows.erase(row);
    }
    if (record.uids.empty()) return;
    record.modseq = next_modseq(account);
    box.vanished[record.modseq] = record.uids;
    record.counts = counts_of(*this, id, std::move(cids));
    const auto number = static_cast<std::uint32_t>(group_.records.size());
    std::size_t gone = 0;
    for (const CidCount& count : record.counts) {
        if (count.count != 0) continue;
        const auto part = static_cast<std::uint32_t>(gone++ / kEraseRowCids);
        const EraseId cause{.group = group_.group, .number = number + (part << kErasePartShift)};
        EraseRow& erase = debts.at(id).erasures[cause];
        erase.deadline_us = kDeadline;
        erase.cids.push_back(count.cid);
        sidecars.erase({id, count.cid});
    }
    recount(account);
    record.mailbox_row = box.row;
    record.cell = account.cell;
    add(id, std::move(record));
}

void Model::quota(AccountId id) {
    ModelAccount& account = accounts.at(id);
    account.cell.limit_octets = below(1'000'000'000);
    account.cell.limit_messages = below(1000);
    add(id, QuotaRecord{.cell = account.cell});
}

bool Model::erase(AccountId id) {
    ModelDebts& debt = debts.at(id);
    if (debt.erasures.empty()) return false;
    auto& [cause, row] =
        *std::next(debt.erasures.begin(), static_cast<std::ptrdiff_t>(below(debt.erasures.size())));
    EraseRecord record{.id = cause,
                       .cids = {},
                       .row = {.deadline_us = kDeadline, .cids = {}, .places = row.places}};
    for (const Cid cid : row.cids) {
        if (chance(20)) {
            record.row.cids.push_back(cid);
            continue;
        }
        record.cids.push_back(cid);
        const auto& places = debt.contents.at(cid).places;
        record.row.places.insert(record.row.places.end(), places.begin(), places.end());
        debt.contents.erase(cid);
    }
    row = record.row;
    add(id, std::move(record));
    return true;
}

bool Model::erased(AccountId id) {
    ModelDebts& debt = debts.at(id);
    const auto begun = std::ranges::find_if(
        debt.erasures, [](const auto& owed) { return !owed.second.places.empty(); });
    if (begun == debt.erasures.end()) return false;
    ErasedRecord record{.id = begun->first, .row = begun->second};
    record.row.places.clear();
    begun->second = record.row;
    if (record.row.done()) debt.erasures.erase(begun);
    add(id, std::move(record));
    return true;
}

}  // namespace loam::test
