#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace loam::lookup {

/// A term stands for one to three neighbouring code points of folded text. Windows of three ASCII
/// code points are their own 21 bits, so that those with a common start are neighbours; the others
/// are hashed behind them. Part of the format: docs/format/search.md, section 2.
using Term = std::uint32_t;
inline constexpr Term kHashedTermsBegin = 1U << 21;
inline constexpr Term kTermsEnd = kHashedTermsBegin + (1U << 24);

/// Ends a text. No octet of UTF-8 looks like it, so nothing is found across it.
inline constexpr char kTextEnd = '\xFF';

/// Collects the distinct terms of a document's texts. Memory: 256 KiB and what a document has.
/// Thread: one at a time.
class TermCollector {
  public:
    TermCollector();
    /// More of the document: folded UTF-8, each text ended by kTextEnd. May be cut anywhere.
    void add(std::string_view folded);
    /// The terms, each once, in any order. The collector is as new; a text that was not ended is.
    void take(std::vector<Term>& out);

  private:
    void add_code_point(char32_t code);
    void add_ascii(std::uint32_t window);
    void add_hashed(Term term);
    void add_window(char32_t a, char32_t b, char32_t c);
    void end_text();

    static constexpr std::size_t kSlots = 4096;

    std::vector<std::uint64_t> seen_;    // a bit for each window of ASCII
    std::array<Term, kSlots> recent_{};  // hashed terms that came lately
    std::vector<Term> ascii_;
    std::vector<Term> hashed_;          // some twice
    std::array<char32_t, 2> before_{};  // the newest last
    std::size_t known_ = 0;             // of before_
    std::array<char, 4> cut_{};         // the first octets of a sequence
    std::size_t cut_bytes_ = 0;
};

/// What an index knows of a needle.
struct NeedleTerms {
    enum class Kind : std::uint8_t {
        anything,  ///< nothing: every document may contain it
        range,     ///< a document that has a term in [first, last] contains it, and no other does
        all_of,    ///< a document that contains it has all of `terms`
    };
    Kind kind = Kind::anything;
    Term first = 0;
    Term last = 0;
    std::vector<Term> terms;  ///< distinct, ascending
    bool exact = false;       ///< every document with the terms contains the needle
};
/// `folded` without kTextEnd.
NeedleTerms terms_of_needle(std::string_view folded);

}  // namespace loam::lookup
