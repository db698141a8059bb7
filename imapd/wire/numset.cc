#include "imapd/wire/numset.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "engine/base/check.h"
#include "imapd/wire/chars.h"

namespace loam::imap {
namespace {

constexpr std::uint32_t kNumberMax = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint32_t kStar = 0;  // no number, so free to mean "*"

bool touches(const NumRange& left, const NumRange& right) {
    return left.last == kNumberMax || right.first <= left.last + 1;
}

Error not_a_set() {
    return fail(Errc::invalid, "not a sequence set");
}

// seq-number := nz-number / "*"
Result<std::uint32_t> take_seq_number(std::string_view& text) {
    if (text.starts_with('*')) {
        text.remove_prefix(1);
        return kStar;
    }
    if (text.empty() || text.front() == '0') return not_a_set();
    std::uint64_t value = 0;
    std::size_t octets = 0;
    for (; octets < text.size() && is_digit(text[octets]); ++octets) {
        value = value * 10 + static_cast<std::uint64_t>(text[octets] - '0');
        if (value > kNumberMax) return fail(Errc::invalid, "sequence set: number too large");
    }
    if (octets == 0) return not_a_set();
    text.remove_prefix(octets);
    return static_cast<std::uint32_t>(value);
}

struct Item {
    std::uint32_t a;
    std::uint32_t b;
};

// seq-number / seq-range
Result<Item> take_item(std::string_view& text) {
    LOAM_TRY(const std::uint32_t a, take_seq_number(text));
    if (!text.starts_with(':')) return Item{a, a};
    text.remove_prefix(1);
    LOAM_TRY(const std::uint32_t b, take_seq_number(text));
    return Item{a, b};
}

void append_range(std::string& out, const NumRange& range) {
    if (!out.empty()) out += ',';
    out += std::to_string(range.first);
    if (range.last != range.first) out += ':' + std::to_string(range.last);
}

}  // namespace

NumSet NumSet::from_ranges(std::vector<NumRange> ranges) {
    std::ranges::sort(ranges, {}, &NumRange::first);
    NumSet set;
    for (const NumRange& range : ranges)
        set.add(range);
    return set;
}

NumSet NumSet::from_sorted(std::span<const std::uint32_t> ascending) {
    NumSet set;
    for (const std::uint32_t number : ascending)
        set.add(number);
    return set;
}

void NumSet::add(std::uint32_t number) {
    add(NumRange{number, number});
}

void NumSet::add(NumRange range) {
    LOAM_CHECK(range.first != 0);
    LOAM_CHECK(range.first <= range.last);
    if (ranges_.empty() ||
        (ranges_.back().first < range.first && !touches(ranges_.back(), range))) {
        ranges_.push_back(range);
        return;
    }
    // The ranges that `range` overlaps or touches become one with it.
    const auto begin = std::ranges::partition_point(
        ranges_, [&](const NumRange& old) { return !touches(old, range); });
    auto end = begin;
    for (; end != ranges_.end() && touches(range, *end); ++end) {
        range.first = std::min(range.first, end->first);
        range.last = std::max(range.last, end->last);
    }
    ranges_.insert(ranges_.erase(begin, end), range);
}

bool NumSet::contains(std::uint32_t number) const {
    const auto after = std::ranges::upper_bound(ranges_, number, {}, &NumRange::first);
    return after != ranges_.begin() && std::prev(after)->last >= number;
}

std::uint64_t NumSet::count() const {
    std::uint64_t count = 0;
    for (const NumRange& range : ranges_)
        count += std::uint64_t{range.last} - range.first + 1;
    return count;
}

NumSet NumSet::slice(std::uint64_t begin, std::uint64_t end) const {
    NumSet out;
    std::uint64_t at = 0;  // the place of range.first
    for (const NumRange& range : ranges_) {
        const std::uint64_t size = std::uint64_t{range.last} - range.first + 1;
        const std::uint64_t from = std::max(begin, at);
        const std::uint64_t to = std::min(end, at + size);
        if (from < to) {
            out.add(NumRange{static_cast<std::uint32_t>(range.first + (from - at)),
                             static_cast<std::uint32_t>(range.first + (to - at) - 1)});
        }
        at += size;
    }
    return out;
}

std::string to_string(const NumSet& set) {
    std::string out;
    for (const NumRange& range : set.ranges())
        append_range(out, range);
    return out;
}

std::string to_ordered_set(std::span<const std::uint32_t> numbers) {
    std::string out;
    for (std::size_t at = 0; at < numbers.size();) {
        NumRange run{numbers[at], numbers[at]};
        for (++at; at < numbers.size() && numbers[at] == run.last + 1; ++at)
            ++run.last;
        append_range(out, run);
    }
    return out;
}

SequenceSet SequenceSet::saved() {
    SequenceSet set;
    set.saved_ = true;
    return set;
}

std::uint32_t SequenceSet::highest() const {
    return closed_.empty() ? 0 : closed_.max();
}

NumSet SequenceSet::resolve(std::uint32_t max) const {
    LOAM_CHECK(!saved_);
    NumSet set = closed_;
    if (max == 0) return set;
    for (const std::uint32_t n : open_) {
        const std::uint32_t other = n == kStar ? max : n;
        set.add(NumRange{std::min(other, max), std::max(other, max)});
    }
    return set;
}

Result<SequenceSet> parse_sequence_set(std::string_view text) {
    if (text == "$") return SequenceSet::saved();
    SequenceSet set;
    std::vector<NumRange> closed;
    for (std::size_t items = 1;; ++items) {
        if (items > kSetItemsMax) return fail(Errc::limit, "sequence set: too many items");
        LOAM_TRY(const Item item, take_item(text));
        if (item.a == kStar || item.b == kStar) {
            set.open_.push_back(std::max(item.a, item.b));
        } else {
            closed.push_back({std::min(item.a, item.b), std::max(item.a, item.b)});
        }
        if (text.empty()) break;
        if (text.front() != ',') return not_a_set();
        text.remove_prefix(1);
    }
    set.closed_ = NumSet::from_ranges(std::move(closed));
    std::ranges::sort(set.open_);
    set.open_.erase(std::ranges::unique(set.open_).begin(), set.open_.end());
    return set;
}

Result<NumSet> parse_uid_set(std::string_view text) {
    LOAM_TRY(const SequenceSet set, parse_sequence_set(text));
    if (set.is_saved() || set.has_star())
        return fail(Errc::invalid, "uid set: neither * nor $ is allowed here");
    return set.resolve(0);
}

std::string to_string(const SequenceSet& set) {
    if (set.saved_) return "$";
    std::string out = to_string(set.closed_);
    for (const std::uint32_t n : set.open_) {
        if (!out.empty()) out += ',';
        if (n != kStar) out += std::to_string(n) + ':';
        out += '*';
    }
    return out;
}

}  // namespace loam::imap
