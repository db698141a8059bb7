#include "engine/base/uid_set.h"

#include <algorithm>

#include "engine/base/check.h"

namespace loam {

UidSet::UidSet(std::initializer_list<Range> ranges) {
    for (const Range& range : ranges)
        add(range);
}

void UidSet::add(const UidSet& other) {
    for (const Range& range : other.ranges_)
        add(range);
}

UidSet UidSet::from_sorted(std::span<const Uid> uids) {
    UidSet set;
    for (const Uid uid : uids) {
        if (!set.ranges_.empty() && uid.value <= std::uint64_t{set.ranges_.back().last.value} + 1) {
            LOAM_CHECK(uid >= set.ranges_.back().last);
            set.ranges_.back().last = uid;
        } else {
            set.ranges_.push_back({uid, uid});
        }
    }
    return set;
}

void UidSet::add(Range range) {
    LOAM_CHECK(range.first <= range.last);
    if (ranges_.empty() || range.first.value > std::uint64_t{ranges_.back().last.value} + 1) {
        ranges_.push_back(range);
        return;
    }
    // The first range that touches or follows the new one, then every range that it swallows.
    auto begin =
        std::ranges::lower_bound(ranges_, std::uint64_t{range.first.value}, {},
                                 [](const Range& r) { return std::uint64_t{r.last.value} + 1; });
    auto end = begin;
    while (end != ranges_.end() && end->first.value <= std::uint64_t{range.last.value} + 1) {
        range.first = std::min(range.first, end->first);
        range.last = std::max(range.last, end->last);
        ++end;
    }
    if (begin == end) {
        ranges_.insert(begin, range);
    } else {
        *begin = range;
        ranges_.erase(begin + 1, end);
    }
}

bool UidSet::contains(Uid uid) const {
    const auto found = std::ranges::lower_bound(ranges_, uid, {}, &Range::last);
    return found != ranges_.end() && found->first <= uid;
}

std::uint64_t UidSet::count() const {
    std::uint64_t total = 0;
    for (const Range& range : ranges_)
        total += std::uint64_t{range.last.value} - range.first.value + 1;
    return total;
}

std::vector<Uid> UidSet::to_vector() const {
    std::vector<Uid> uids;
    uids.reserve(count());
    for_each([&](Uid uid) { uids.push_back(uid); });
    return uids;
}

UidSet UidSet::intersect(const UidSet& other) const {
    UidSet result;
    auto a = ranges_.begin();
    auto b = other.ranges_.begin();
    while (a != ranges_.end() && b != other.ranges_.end()) {
        const Uid first = std::max(a->first, b->first);
        const Uid last = std::min(a->last, b->last);
        if (first <= last) result.add({first, last});
        if (a->last < b->last) {
            ++a;
        } else {
            ++b;
        }
    }
    return result;
}

UidSet UidSet::minus(const UidSet& other) const {
    UidSet result;
    auto cut = other.ranges_.begin();
    for (const Range& range : ranges_) {
        std::uint64_t next = range.first.value;  // one past the last uid may not fit a Uid
        while (cut != other.ranges_.end() && cut->last < range.first)
            ++cut;
        for (auto at = cut; at != other.ranges_.end() && at->first <= range.last; ++at) {
            if (at->first.value > next) {
                result.add({Uid{static_cast<std::uint32_t>(next)}, Uid{at->first.value - 1}});
            }
            next = std::uint64_t{at->last.value} + 1;
        }
        if (next <= range.last.value) {
            result.add({Uid{static_cast<std::uint32_t>(next)}, range.last});
        }
    }
    return result;
}

}  // namespace loam
