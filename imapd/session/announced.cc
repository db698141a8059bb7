#include "imapd/session/announced.h"

#include <algorithm>
#include <limits>

#include "engine/base/check.h"

namespace loam::imap {
namespace {

// Positions in `uids` of those within [first, last].
struct Span {
    std::size_t begin;
    std::size_t end;
};
Span within(const std::vector<Uid>& uids, Uid first, Uid last) {
    const auto begin = std::ranges::lower_bound(uids, first);
    const auto end = std::upper_bound(begin, uids.end(), last);
    return {static_cast<std::size_t>(begin - uids.begin()),
            static_cast<std::size_t>(end - uids.begin())};
}

void add_numbers(NumSet& out, Span span) {
    if (span.begin == span.end) return;
    out.add(
        NumRange{static_cast<std::uint32_t>(span.begin + 1), static_cast<std::uint32_t>(span.end)});
}

}  // namespace

std::optional<SeqNum> Announced::number_of(Uid uid) const {
    const auto found = std::ranges::lower_bound(uids_, uid);
    if (found == uids_.end() || *found != uid) return std::nullopt;
    return SeqNum{static_cast<std::uint32_t>(found - uids_.begin() + 1)};
}

std::vector<std::uint32_t> Announced::numbers_in_order(std::span<const Uid> uids) const {
    std::vector<std::uint32_t> numbers;
    numbers.reserve(uids.size());
    std::size_t next = 0;  // most often they ascend
    for (const Uid uid : uids) {
        if (next == uids_.size() || uids_[next] != uid) next = within(uids_, uid, uid).begin;
        LOAM_CHECK(next < uids_.size() && uids_[next] == uid);
        numbers.push_back(static_cast<std::uint32_t>(++next));
    }
    return numbers;
}

NumSet Announced::numbers_of(const UidSet& uids) const {
    NumSet numbers;
    for (const UidSet::Range& range : uids.ranges()) {
        add_numbers(numbers, within(uids_, range.first, range.last));
    }
    return numbers;
}

NumSet Announced::numbers_of_uids(const NumSet& uids) const {
    NumSet numbers;
    for (const NumRange& range : uids.ranges()) {
        add_numbers(numbers, within(uids_, Uid{range.first}, Uid{range.last}));
    }
    return numbers;
}

UidSet Announced::uids_of(const NumSet& numbers) const {
    std::vector<Uid> uids;
    uids.reserve(numbers.count());
    for (const NumRange& range : numbers.ranges()) {
        LOAM_CHECK(range.first >= 1 && range.last <= uids_.size());
        uids.insert(uids.end(), uids_.begin() + (range.first - 1), uids_.begin() + range.last);
    }
    return UidSet::from_sorted(uids);
}

std::uint32_t Announced::count_of(const UidSet& uids) const {
    return static_cast<std::uint32_t>(numbers_of(uids).count());
}

void Announced::note(const Change& change, bool own) {
    switch (change.kind) {
        case Change::Kind::arrived:
            arrived_.add(change.uids);
            return;
        case Change::Kind::flags:
            if (!own) flags_.add(change.uids);
            return;
        case Change::Kind::expunged:
            note_expunged(change.uids, change.oldest_modseq);
            return;
        case Change::Kind::gone:
            note_expunged({{Uid{1}, Uid{std::numeric_limits<std::uint32_t>::max()}}},
                          change.oldest_modseq);
            return;
    }
}

void Announced::note_expunged(const UidSet& uids, Modseq oldest) {
    if (uids.empty()) return;
    oldest_expunge_ = expunged_.empty() ? oldest : std::min(oldest_expunge_, oldest);
    expunged_.add(uids);
}

Modseq Announced::told_up_to(Modseq highest) const {
    if (expunged_.empty() || oldest_expunge_ > highest) return highest;
    return Modseq{std::max<std::uint64_t>(oldest_expunge_.value, 2) - 1};
}

Announced::News Announced::settle(bool may_expunge) {
    News news;
    if (may_expunge && !expunged_.empty()) take_expunged(news);
    if (!arrived_.empty()) take_arrived(news);
    if (!flags_.empty()) take_flags(news);
    if (may_expunge) expunged_ = {};
    return news;
}

void Announced::take_expunged(News& news) {
    const NumSet gone = numbers_of(expunged_);
    news.vanished = uids_of(gone);
    std::size_t kept = 0;
    std::size_t next = 0;
    for (const NumRange& range : gone.ranges()) {
        for (; next + 1 < range.first; ++next)
            uids_[kept++] = uids_[next];
        // Each EXPUNGE moves the rest down by one, so a run of n messages is n times one number.
        const auto count = static_cast<std::size_t>(range.last) - range.first + 1;
        news.expunged.insert(news.expunged.end(), count, static_cast<std::uint32_t>(kept + 1));
        next = range.last;
    }
    for (; next < uids_.size(); ++next)
        uids_[kept++] = uids_[next];
    uids_.resize(kept);
}

void Announced::take_arrived(News& news) {
    const Uid last = uids_.empty() ? Uid{0} : uids_.back();
    arrived_.for_each([&](Uid uid) {
        // What came and went before the client heard of it never was.
        if (uid > last && !expunged_.contains(uid)) news.arrived.push_back(uid);
    });
    arrived_ = {};
    uids_.insert(uids_.end(), news.arrived.begin(), news.arrived.end());
}

void Announced::take_flags(News& news) {
    // A new message's flags are news to nobody: the client has yet to ask for them.
    const Uid first_new = news.arrived.empty() ? Uid{std::numeric_limits<std::uint32_t>::max()}
                                               : news.arrived.front();
    UidSet old;
    for (const UidSet::Range& range : flags_.ranges()) {
        if (range.first >= first_new) break;
        old.add({range.first, std::min(range.last, Uid{first_new.value - 1})});
    }
    news.flags = numbers_of(old);
    flags_ = {};
}

}  // namespace loam::imap
