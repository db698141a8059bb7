#include "engine/api/account_state.h"

#include <algorithm>
#include <ranges>

#include "engine/api/store.h"
#include "engine/base/limits.h"
#include "engine/mail/header.h"

namespace loam {

void Account::Impl::load(AccountImage image) {
    cell = image.cell;
    staged_cell = image.cell;
    published = image.position.end;
    for (auto& [name, row] : image.names)
        names.emplace(std::move(name), row);
    for (auto& [mailbox, row] : image.mailboxes) {
        recent_from.emplace(mailbox, row.uidnext);
        rows.emplace(mailbox, std::move(row));
    }
    staged_rows = rows;
}

Task<Status> Account::Impl::commit(keep::Commit commit) {
    const auto committed = co_await keeper.commit(thread.loop, std::move(commit));
    if (!committed) {
        // The log has stopped and nothing staged comes true. Calls that still come find what is
        // published, so that their counts fit the messages that they see.
        staged_cell = cell;
        staged_rows = rows;
        staged_counts.clear();
        co_return committed.error();
    }
    published = std::max(published, committed->end);
    co_return Status::good();
}

Task<Result<std::map<Cid, std::uint32_t>>> Account::Impl::load_counts(std::vector<Cid> cids) {
    std::ranges::sort(cids);
    cids.erase(std::ranges::unique(cids).begin(), cids.end());
    using Loaded = std::pair<Lsn, std::vector<std::uint32_t>>;
    for (;;) {
        auto query = [this, &cids](const IndexView& view) -> Result<Loaded> {
            LOAM_TRY(const Applied applied, view.applied());
            LOAM_TRY(auto counts, view.counts(id, cids));
            return Loaded{applied.end, std::move(counts)};
        };
        LOAM_CO_TRY(const auto loaded, co_await keeper.read(thread.loop, query));
        if (loaded.first < published) continue;  // older than what sessions have seen: read again
        std::map<Cid, std::uint32_t> counts;
        for (std::size_t i = 0; i < cids.size(); ++i)
            counts.emplace(cids[i], loaded.second[i]);
        co_return counts;
    }
}

std::uint32_t Account::Impl::count_of(Cid cid, const std::map<Cid, std::uint32_t>& loaded) const {
    if (const auto found = staged_counts.find(cid); found != staged_counts.end())
        return found->second.count;
    const auto found = loaded.find(cid);
    LOAM_CHECK(found != loaded.end());
    return found->second;
}

void Account::Impl::stage_counts(const std::vector<CidCount>& counts, std::uint64_t ticket) {
    for (const CidCount& count : counts)
        staged_counts[count.cid] = {count.count, ticket};
}

void Account::Impl::publish_counts(const std::vector<CidCount>& counts, std::uint64_t ticket) {
    for (const CidCount& count : counts) {
        const auto found = staged_counts.find(count.cid);
        if (found != staged_counts.end() && found->second.ticket == ticket)
            staged_counts.erase(found);
    }
}

void Account::Impl::publish_row(MailboxId mailbox, const MailboxRow& row) {
    MailboxRow& published_row = rows[mailbox];
    if (row.highest_modseq >= published_row.highest_modseq) published_row = row;
}

std::uint32_t Account::Impl::next_uidvalidity() {
    const auto now_s = static_cast<std::uint32_t>(thread.loop.wall_now() / 1'000'000);
    const std::uint32_t value = std::max(staged_cell.next_uidvalidity, now_s);
    staged_cell.next_uidvalidity = value + 1;
    return value;
}

void Account::Impl::stage_arrival(MailboxId mailbox, MessageRow& message) {
    MailboxRow& row = staged_rows.at(mailbox);
    message.uid = row.uidnext;
    row.uidnext = Uid{row.uidnext.value + 1};
    row.highest_modseq = message.modseq;
    count_in(row, staged_cell, message);
    arriving[mailbox][message.uid] = message.flags;
}

void Account::Impl::publish_arrivals(MailboxId mailbox, const std::vector<MessageRow>& arrived) {
    auto& waiting = arriving[mailbox];
    for (const MessageRow& message : arrived)
        waiting.erase(message.uid);
    if (waiting.empty()) arriving.erase(mailbox);
    if (Mailbox* open_mailbox = find_open(mailbox))
        open_mailbox->impl().publish_arrived(arrived, published);
}

std::int64_t Account::Impl::erase_deadline_us() const {
    return thread.loop.wall_now() + std::chrono::microseconds(options.erase_after).count();
}

void Account::Impl::trim_history(MailboxRow& row) const {
    const std::uint64_t changes = options.expunge_history;
    if (row.highest_modseq.value - row.vanished_floor.value <= 2 * changes) return;
    row.vanished_floor = Modseq{row.highest_modseq.value - changes};
}

void Account::Impl::add_trim(keep::Commit& commit, MailboxId mailbox, const MailboxRow& row) const {
    const bool trimmed =
        row.vanished_floor.value != 0 &&
        row.vanished_floor.value + options.expunge_history == row.highest_modseq.value;
    if (trimmed)
        commit.entries.push_back({id, Cid{}, VtrimRecord{mailbox, row.vanished_floor}, {}});
}

Mailbox* Account::Impl::find_open(MailboxId mailbox) const {
    const auto found = open.find(mailbox);
    if (found == open.end()) return nullptr;
    // Whoever calls this is on the owner's thread, so the sessions that hold it cannot let go
    // meanwhile.
    return found->second.lock().get();
}

bool passes_limit(std::uint64_t used, std::uint64_t more, std::uint64_t limit) {
    if (limit == 0) return false;
    const std::uint64_t allowed = allowed_of(limit);
    return used > allowed || more > allowed - used;
}

Status Account::Impl::check_room(std::uint64_t octets, std::uint64_t messages) const {
    const AccountCell& now = staged_cell;
    if (passes_limit(now.used_octets, octets, now.limit_octets)) {
        return fail(Errc::over_quota, "STORAGE limit of the account would be passed");
    }
    if (passes_limit(now.messages, messages, now.limit_messages)) {
        return fail(Errc::over_quota, "MESSAGE limit of the account would be passed");
    }
    return {};
}

Status Account::Impl::check_writable() const {
    if (deleted) return fail(Errc::not_found, "the account is deleted");
    if (keeper.low_space()) return fail(Errc::no_room, "the disk is nearly full");
    return {};
}

Result<std::uint64_t> keyword_bits(MailboxRow& row, const std::vector<std::string>& names) {
    std::uint64_t bits = 0;
    for (const std::string& name : names) {
        if (name.empty() || name.size() > kKeywordBytesMax) {
            return fail(Errc::invalid, "keyword of " + std::to_string(name.size()) + " octets");
        }
        auto found = std::ranges::find_if(row.keywords, [&](const std::string& known) {
            return mail::equal_nocase(known, name);
        });
        if (found == row.keywords.end()) {
            if (row.keywords.size() == kKeywordsMax) {
                return fail(Errc::limit, "the mailbox knows " + std::to_string(kKeywordsMax) +
                                             " keywords already");
            }
            row.keywords.push_back(name);
            found = row.keywords.end() - 1;
        }
        bits |= std::uint64_t{1} << (found - row.keywords.begin());
    }
    return bits;
}

void count_in(MailboxRow& row, AccountCell& cell, const MessageRow& message) {
    ++row.exists;
    row.octets += message.size;
    if ((message.flags & kFlagSeen) == 0) {
        ++row.unseen;
        if (row.first_unseen.value == 0) row.first_unseen = message.uid;
    }
    if ((message.flags & kFlagDeleted) != 0) {
        ++row.deleted;
        row.deleted_octets += message.size;
    }
    ++cell.messages;
    cell.used_octets += message.size;
}

void count_out(MailboxRow& row, AccountCell& cell, const MessageRow& message) {
    LOAM_CHECK(row.exists > 0 && row.octets >= message.size);
    LOAM_CHECK(cell.messages > 0 && cell.used_octets >= message.size);
    --row.exists;
    row.octets -= message.size;
    if ((message.flags & kFlagSeen) == 0) --row.unseen;
    if ((message.flags & kFlagDeleted) != 0) {
        --row.deleted;
        row.deleted_octets -= message.size;
    }
    --cell.messages;
    cell.used_octets -= message.size;
}

}  // namespace loam
