// What Mailbox::Impl and Watch do: staged and published messages, and telling the sessions.
#include <algorithm>
#include <ranges>

#include "engine/api/account_state.h"

namespace loam {

std::optional<MessageRow> Mailbox::Impl::staged_message(Uid uid) const {
    const auto found = std::ranges::lower_bound(messages, uid, {}, &MessageRow::uid);
    if (found == messages.end() || found->uid != uid) return std::nullopt;
    MessageRow message = *found;
    if (const auto change = staged.find(uid); change != staged.end()) {
        if (change->second.gone) return std::nullopt;
        message.flags = change->second.flags;
        message.keywords = change->second.keywords;
        message.modseq = change->second.modseq;
    }
    return message;
}

std::vector<MessageRow> Mailbox::Impl::staged_messages(const UidSet& uids) const {
    std::vector<MessageRow> found;
    for (const UidSet::Range& range : uids.ranges()) {
        auto at = std::ranges::lower_bound(messages, range.first, {}, &MessageRow::uid);
        for (; at != messages.end() && at->uid <= range.last; ++at) {
            if (staged.empty()) {
                found.push_back(*at);
            } else if (auto message = staged_message(at->uid)) {
                found.push_back(*message);
            }
        }
    }
    return found;
}

Uid Mailbox::Impl::first_unseen_from(Uid from) const {
    // Messages that arrived but are not published yet are unseen candidates too: the staged row
    // knows of them only as first_unseen and unseen, and they have higher uids than all published
    // ones.
    auto at = std::ranges::lower_bound(messages, from, {}, &MessageRow::uid);
    for (; at != messages.end(); ++at) {
        const auto change = staged.find(at->uid);
        if (change == staged.end()) {
            if ((at->flags & kFlagSeen) == 0) return at->uid;
        } else if (!change->second.gone && (change->second.flags & kFlagSeen) == 0) {
            return at->uid;
        }
    }
    if (const auto arriving = account.arriving.find(id); arriving != account.arriving.end()) {
        for (const auto& [uid, flags] : arriving->second) {
            if (uid >= from && (flags & kFlagSeen) == 0) return uid;
        }
    }
    return Uid{0};
}

Task<Status> Mailbox::Impl::settle(AccountLock::Pass pass) {
    if (staged.empty()) co_return Status::good();
    pass.release();
    const AccountLock::Pass alone = co_await account.lock.alone();
    if (!staged.empty()) co_return fail(Errc::closed, "a change before this one failed");
    co_return Status::good();
}

void Mailbox::Impl::stage_gone(const std::vector<MessageRow>& rows, std::uint64_t ticket) {
    for (const MessageRow& row : rows)
        staged[row.uid] = {true, row.flags, row.keywords, row.modseq, ticket};
}

void Mailbox::Impl::publish_arrived(const std::vector<MessageRow>& rows, Lsn end) {
    if (end <= loaded || rows.empty()) return;
    Change change{
        .kind = Change::Kind::arrived, .uids = {}, .modseq = rows.back().modseq, .origin = nullptr};
    for (const MessageRow& row : rows) {
        LOAM_CHECK(messages.empty() || messages.back().uid < row.uid);
        messages.push_back(row);
        change.uids.add(row.uid);
    }
    notify(change);
}

void Mailbox::Impl::publish_flags(const FlagsRecord& record, std::uint64_t ticket, Lsn end,
                                  const Watch* origin) {
    Change change{
        .kind = Change::Kind::flags, .uids = {}, .modseq = record.modseq, .origin = origin};
    const auto publish = [&](MessageRow& row, const FlagsRecord::Run& run) {
        // A newer image than this record may be loaded.
        if (end > loaded) {
            row.flags = run.flags;
            row.keywords = run.keywords;
            row.modseq = record.modseq;
        }
        const auto entry = staged.find(row.uid);
        if (entry != staged.end() && entry->second.ticket == ticket) staged.erase(entry);
    };
    for (const FlagsRecord::Run& run : record.runs) {
        for (const UidSet::Range& range : run.uids.ranges()) {
            auto at = std::ranges::lower_bound(messages, range.first, {}, &MessageRow::uid);
            for (; at != messages.end() && at->uid <= range.last; ++at)
                publish(*at, run);
            change.uids.add(range);
        }
    }
    if (end > loaded) notify(change);
}

void Mailbox::Impl::publish_expunged(const UidSet& uids, Modseq modseq, std::uint64_t ticket,
                                     Lsn end, const Watch* origin) {
    std::erase_if(staged, [&](const auto& entry) { return entry.second.ticket == ticket; });
    if (end <= loaded) return;
    std::erase_if(messages, [&](const MessageRow& row) { return uids.contains(row.uid); });
    notify({.kind = Change::Kind::expunged, .uids = uids, .modseq = modseq, .origin = origin});
}

void Mailbox::Impl::notify(const Change& change) {
    // Waking a session may let it go on at once and end its watch, so the list is walked as a copy.
    const std::vector<Watch*> told = watches;
    for (Watch* watch : told)
        watch->note(change);
    for (Watch* watch : told) {
        if (std::ranges::find(watches, watch) != watches.end()) watch->wake_->set();
    }
}

Watch::Watch(std::shared_ptr<Mailbox> mailbox, io::Event& wake)
    : mailbox_(std::move(mailbox)), wake_(&wake) {
    mailbox_->impl().watches.push_back(this);
}

Watch::~Watch() {
    std::erase(mailbox_->impl().watches, this);
}

void Watch::note(const Change& change) {
    if (change.kind == Change::Kind::expunged) {
        for (Change& waiting : queue_) {
            if (waiting.kind == Change::Kind::flags) waiting.uids = waiting.uids.minus(change.uids);
        }
        std::erase_if(queue_, [](const Change& waiting) {
            return waiting.kind == Change::Kind::flags && waiting.uids.empty();
        });
    }
    const bool own = change.origin == this;
    const auto like = std::ranges::find_if(queue_, [&](const Change& waiting) {
        return waiting.kind == change.kind && (waiting.origin == this) == own;
    });
    if (like == queue_.end()) {
        queue_.push_back(change);
        return;
    }
    like->uids.add(change.uids);
    if (like->origin != change.origin) like->origin = nullptr;
    like->modseq = std::max(like->modseq, change.modseq);
    like->oldest_modseq = std::min(like->oldest_modseq, change.oldest_modseq);
}

std::vector<Change> Watch::take() {
    return std::exchange(queue_, {});
}

}  // namespace loam
