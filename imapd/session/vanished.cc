#include "imapd/session/vanished.h"

#include <algorithm>
#include <utility>

namespace loam::imap {
namespace {

// Keeps a line within what clients read, about 8000 octets: RFC 7162 section 4.
constexpr std::size_t kRangesPerLine = 360;

}  // namespace

void write_vanished(ResponseWriter& writer, const UidSet& uids, Vanished form) {
    const auto ranges = uids.ranges();
    for (std::size_t at = 0; at < ranges.size(); at += kRangesPerLine) {
        NumSet line;
        for (const UidSet::Range& range :
             ranges.subspan(at).first(std::min(kRangesPerLine, ranges.size() - at)))
            line.add(NumRange{range.first.value, range.last.value});
        writer.begin().raw(form == Vanished::earlier ? "VANISHED (EARLIER) " : "VANISHED ");
        writer.set(line).end();
    }
}

Uid matched_up_to(const QresyncParam::SeqMatch& match, std::span<const Uid> present) {
    Uid found{0};
    auto uids = match.uids.ranges().begin();
    std::uint32_t skipped = 0;  // of the range at `uids`
    for (const NumRange& numbers : match.seqs.ranges()) {
        for (std::uint64_t number = numbers.first; number <= numbers.last; ++number) {
            if (number > present.size()) return found;
            const Uid uid{uids->first + skipped};
            if (present[number - 1] == uid) found = uid;
            if (uid.value == uids->last) {
                ++uids;
                skipped = 0;
            } else {
                ++skipped;
            }
        }
    }
    return found;
}

UidSet uids_between(const NumSet& uids, Uid above, Uid below) {
    UidSet out;
    for (const NumRange& range : uids.ranges()) {
        const std::uint64_t first =
            std::max<std::uint64_t>(range.first, std::uint64_t{above.value} + 1);
        const std::uint64_t end =
            std::min<std::uint64_t>(std::uint64_t{range.last} + 1, below.value);
        if (first >= end) continue;
        out.add({Uid{static_cast<std::uint32_t>(first)}, Uid{static_cast<std::uint32_t>(end - 1)}});
    }
    return out;
}

}  // namespace loam::imap
