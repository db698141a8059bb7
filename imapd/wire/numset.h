#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace loam::imap {

/// Items in one sequence-set of a client.
inline constexpr std::size_t kSetItemsMax = 10'000;

/// Both ends belong to it; first <= last; neither is 0.
struct NumRange {
    std::uint32_t first = 1;
    std::uint32_t last = 1;
    friend bool operator==(const NumRange&, const NumRange&) = default;
};

/// Message numbers or uids, as ascending ranges that neither overlap nor touch.
class NumSet {
  public:
    NumSet() = default;
    static NumSet from_ranges(std::vector<NumRange> ranges);  ///< in any order
    static NumSet from_sorted(std::span<const std::uint32_t> ascending);

    /// Adds a number; cheap when it is above all that are there.
    void add(std::uint32_t number);
    void add(NumRange range);
    bool contains(std::uint32_t number) const;
    bool empty() const { return ranges_.empty(); }
    std::uint64_t count() const;
    /// Those at the places [begin, end), counted from 0; end <= count().
    NumSet slice(std::uint64_t begin, std::uint64_t end) const;
    std::uint32_t min() const { return ranges_.front().first; }  ///< of a set that is not empty
    std::uint32_t max() const { return ranges_.back().last; }    ///< the same
    const std::vector<NumRange>& ranges() const { return ranges_; }
    friend bool operator==(const NumSet&, const NumSet&) = default;

  private:
    std::vector<NumRange> ranges_;
};

/// "1:3,5", the form of ESEARCH ALL, COPYUID, MODIFIED and VANISHED; "" for the empty set, which no
/// answer can carry.
std::string to_string(const NumSet& set);

/// The same of numbers in an order of their own: "7,5:6". What goes up by one becomes a range, as
/// RFC 5267 section 3.2 has it.
std::string to_ordered_set(std::span<const std::uint32_t> numbers);

/// A set as a client writes it, still with "*" and "$": sequence-set of RFC 9051 sections 4.1.1 and
/// 9, "$" of section 6.4.4.1.
class SequenceSet {
  public:
    static SequenceSet saved();  ///< "$"

    bool is_saved() const { return saved_; }
    bool has_star() const { return !open_.empty(); }
    /// Highest number written out, 0 if there is none. For "no such message" in commands that
    /// count.
    std::uint32_t highest() const;
    /// The numbers it stands for when the highest in use is `max`; "5:*" with `max` 3 is 3:5.
    /// Without any message
    /// (`max` 0) an item with "*" stands for nothing. The set must not be "$".
    NumSet resolve(std::uint32_t max) const;
    friend bool operator==(const SequenceSet&, const SequenceSet&) = default;

  private:
    friend Result<SequenceSet> parse_sequence_set(std::string_view text);
    friend std::string to_string(const SequenceSet& set);
    NumSet closed_;
    std::vector<std::uint32_t> open_;  // n of "n:*", ascending; 0 is "*" alone
    bool saved_ = false;
};

/// Errors: invalid (not a sequence-set; "$" is not alone), limit (kSetItemsMax).
Result<SequenceSet> parse_sequence_set(std::string_view text);
/// uid-set: neither "*" nor "$".
Result<NumSet> parse_uid_set(std::string_view text);
/// Sorted and merged, items with "*" last.
std::string to_string(const SequenceSet& set);

}  // namespace loam::imap
