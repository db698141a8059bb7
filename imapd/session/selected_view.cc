#include "imapd/session/selected_view.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/base/limits.h"
#include "imapd/session/flag_text.h"
#include "imapd/session/vanished.h"
#include "imapd/wire/resp_code.h"

namespace loam::imap {
namespace {

std::vector<Uid> uids_now(const Mailbox& mailbox) {
    std::vector<Uid> uids;
    uids.reserve(mailbox.messages().size());
    for (const MessageRow& row : mailbox.messages())
        uids.push_back(row.uid);
    return uids;
}

}  // namespace

const MessageRow* RowCursor::find(std::span<const MessageRow> rows, Uid uid) {
    if (next_ >= rows.size() || rows[next_].uid != uid) {
        const auto found = std::ranges::lower_bound(rows, uid, {}, &MessageRow::uid);
        if (found == rows.end() || found->uid != uid) return nullptr;
        next_ = static_cast<std::size_t>(found - rows.begin());
    }
    return &rows[next_++];
}

SelectedView::SelectedView(std::shared_ptr<Mailbox> mailbox, io::Event& wake, bool read_only,
                           const Awareness& aware)
    : watch_(std::move(mailbox), wake),
      read_only_(read_only),
      aware_(aware),
      announced_(uids_now(watch_.mailbox())) {
    claim_recent(announced_.uids());
}

void SelectedView::claim_recent(std::span<const Uid> arrived) {
    const Uid from = mailbox().recent_from(!read_only_);
    for (const Uid uid : arrived) {
        if (uid >= from) recent_.add(uid);
    }
}

Result<NumSet> SelectedView::resolve(const SequenceSet& set, bool by_uid) const {
    if (set.is_saved()) return announced_.numbers_of(saved_);
    if (by_uid) {
        const Uid highest = exists() == 0 ? Uid{0} : announced_.uids().back();
        return announced_.numbers_of_uids(set.resolve(highest.value));
    }
    // "1:*" in an empty mailbox is what clients write without thinking; it means nothing.
    if (exists() == 0 && set.has_star()) return NumSet{};
    if (set.highest() > exists()) return fail(Errc::invalid, "no message has that number");
    return set.resolve(exists());
}

NumSet SelectedView::to_client(const UidSet& uids, bool by_uid) const {
    NumSet numbers = announced_.numbers_of(uids);
    if (!by_uid) return numbers;
    NumSet out;
    uids_of(numbers).for_each([&](Uid uid) { out.add(uid.value); });
    return out;
}

std::vector<std::uint32_t> SelectedView::names_of(std::span<const Uid> uids, bool by_uid) const {
    if (!by_uid) return announced_.numbers_in_order(uids);
    std::vector<std::uint32_t> names;
    names.reserve(uids.size());
    for (const Uid uid : uids)
        names.push_back(uid.value);
    return names;
}

void SelectedView::take_changes() {
    if (!watch_.pending()) return;
    for (const Change& change : watch_.take()) {
        announced_.note(change, change.origin == &watch_);
        if (change.kind == Change::Kind::arrived || change.kind == Change::Kind::flags)
            contexts_.note_changed(change.uids);
    }
}

bool SelectedView::has_news(bool may_expunge) {
    take_changes();
    return announced_.pending() && (may_expunge || !announced_.expunge_pending());
}

bool SelectedView::lost_some(const NumSet& numbers) const {
    RowCursor cursor;
    for (const NumRange& range : numbers.ranges()) {
        for (std::uint32_t number = range.first; number <= range.last; ++number) {
            if (cursor.find(mailbox().messages(), uid_at(number)) == nullptr) return true;
        }
    }
    return false;
}

void SelectedView::write_flags(ResponseWriter& writer) {
    const std::vector<std::string>& keywords = mailbox().row().keywords;
    keywords_told_ = keywords.size();
    const FlagNames flags = defined_flags(keywords);
    writer.begin().raw("FLAGS ").flags(flags).end();
    const bool more = !read_only_ && keywords.size() < kKeywordsMax;
    writer.untagged(Condition::ok, code_permanentflags(read_only_ ? FlagNames{} : flags, more),
                    read_only_ ? "nothing can be kept" : "kept for good");
}

void SelectedView::write_new_flags(ResponseWriter& writer) {
    if (mailbox().row().keywords.size() > keywords_told_) write_flags(writer);
}

void SelectedView::append_modseq(std::string& out, const MessageRow& row) {
    modseq_told_ = true;
    out += "MODSEQ (";
    out += std::to_string(row.modseq.value);
    out += ')';
}

void SelectedView::begin_fetch(ResponseWriter& writer, std::uint32_t number, Uid uid) const {
    if (aware_.uid_only) {
        writer.begin(uid.value).raw("UIDFETCH (");
    } else {
        writer.begin(number).raw("FETCH (");
    }
}

void SelectedView::write_fetch(ResponseWriter& writer, std::string& out, std::uint32_t number,
                               const MessageRow& row, bool with_flags) {
    begin_fetch(writer, number, row.uid);
    std::string_view gap;
    if (!aware_.uid_only) {
        writer.raw("UID ").number(row.uid.value);
        gap = " ";
    }
    if (with_flags) {
        writer.raw(std::exchange(gap, " ")).raw("FLAGS ");
        append_flags(out, row, mailbox().row().keywords,
                     writer.rules().recent && is_recent(row.uid));
    }
    if (aware_.condstore) {
        writer.raw(gap);
        append_modseq(out, row);
    }
    writer.close().end();
}

void SelectedView::write_highest_modseq(ResponseWriter& writer) {
    take_changes();
    const MailboxRow& row = mailbox().row();
    if (row.uidvalidity == 0) return;  // the mailbox is gone, and nothing is known of it any more
    const Modseq told = announced_.told_up_to(row.highest_modseq);
    writer.untagged(Condition::ok, code_highestmodseq(told.value), "the highest modseq");
}

void SelectedView::write_news(ResponseWriter& writer, std::string& out,
                              const Announced::News& news) {
    if (aware_.hears_vanished()) {
        write_vanished(writer, news.vanished, Vanished::now);
    } else {
        for (const std::uint32_t number : news.expunged)
            writer.begin(number).raw("EXPUNGE").end();
    }
    if (!news.arrived.empty()) {
        claim_recent(news.arrived);
        writer.begin(exists()).raw("EXISTS").end();
        if (writer.rules().recent) writer.begin(recent_count()).raw("RECENT").end();
    }
    RowCursor cursor;
    for (const NumRange& range : news.flags.ranges()) {
        for (std::uint32_t number = range.first; number <= range.last; ++number) {
            const MessageRow* row = cursor.find(mailbox().messages(), uid_at(number));
            if (row != nullptr) write_fetch(writer, out, number, *row);
        }
    }
}

// A client takes the highest modseq that it has seen for the point up to which it knows everything,
// unless HIGHESTMODSEQ says otherwise. While expunges wait it must say so.
void SelectedView::keep_highest_modseq(ResponseWriter& writer) {
    const bool waits = announced_.expunge_pending();
    if (waits ? modseq_told_ : held_back_) {
        write_highest_modseq(writer);
        held_back_ = waits;
    }
    modseq_told_ = false;
}

SearchCorrelator SelectedView::correlator_of(const SearchContext& context) const {
    SearchCorrelator correlator{.tag = context.tag, .by_uid = context.by_uid};
    const MailboxRow& row = mailbox().row();
    if (context.names_mailbox && row.uidvalidity != 0) {
        correlator.mailbox = row.name;
        correlator.uidvalidity = row.uidvalidity;
    }
    return correlator;
}

// While their numbers are still in use: RFC 5267 section 4.3.4.
void SelectedView::write_leaving(ResponseWriter& writer) {
    for (SearchContext& context : contexts_.all()) {
        const UidSet leaving = context.matches.intersect(announced_.expunged());
        write_update(writer, correlator_of(context), kRemoveFrom,
                     to_client(leaving, context.by_uid));
        context.matches = context.matches.minus(leaving);
    }
}

void SelectedView::write_context_change(ResponseWriter writer, SearchContext& context,
                                        const UidSet& changed, const UidSet& now) const {
    const UidSet before = context.matches.intersect(changed);
    const SearchCorrelator correlator = correlator_of(context);
    write_update(writer, correlator, kRemoveFrom, to_client(before.minus(now), context.by_uid));
    write_update(writer, correlator, kAddTo, to_client(now.minus(before), context.by_uid));
    context.matches = context.matches.minus(before);
    context.matches.add(now);
}

void SelectedView::announce(ResponseWriter& writer, std::string& out, bool may_expunge) {
    take_changes();
    write_new_flags(writer);
    if (may_expunge) write_leaving(writer);
    if (announced_.pending()) write_news(writer, out, announced_.settle(may_expunge));
    keep_highest_modseq(writer);
}

}  // namespace loam::imap
