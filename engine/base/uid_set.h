#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

#include "engine/base/ids.h"

namespace loam {

/// A set of uids as ascending, disjoint, non-adjacent ranges. A value; small for what mailboxes
/// really hold.
class UidSet {
  public:
    struct Range {
        Uid first;
        Uid last;  ///< inclusive; first <= last
        friend bool operator==(const Range&, const Range&) = default;
    };

    UidSet() = default;
    UidSet(std::initializer_list<Range> ranges);
    /// `uids` ascend; equal neighbours count once.
    static UidSet from_sorted(std::span<const Uid> uids);

    void add(Uid uid) { add({uid, uid}); }
    void add(Range range);
    void add(const UidSet& other);
    bool contains(Uid uid) const;
    bool empty() const { return ranges_.empty(); }
    std::uint64_t count() const;
    std::span<const Range> ranges() const { return ranges_; }
    std::vector<Uid> to_vector() const;
    UidSet intersect(const UidSet& other) const;
    UidSet minus(const UidSet& other) const;

    template <typename Visit>
    void for_each(Visit visit) const {
        for (const Range& range : ranges_) {
            for (std::uint64_t uid = range.first.value; uid <= range.last.value; ++uid) {
                visit(Uid{static_cast<std::uint32_t>(uid)});
            }
        }
    }
    friend bool operator==(const UidSet&, const UidSet&) = default;

  private:
    std::vector<Range> ranges_;
};

}  // namespace loam
