#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace loam::mail {

/// A folded needle (casemap.h) and the octet of it that is rare in texts, which is looked for
/// first.
class FoldedNeedle {
  public:
    explicit FoldedNeedle(std::string_view folded);
    const std::string& text() const { return text_; }
    bool empty() const { return text_.empty(); }
    /// Whether folded text contains it.
    bool in(std::string_view folded) const { return find(folded, 0) != std::string_view::npos; }
    /// Where it stands first from `from` on, npos: nowhere.
    std::size_t find(std::string_view folded, std::size_t from) const;

  private:
    std::string text_;
    std::size_t rare_ = 0;  // where that octet stands
};

/// Looks for one needle in a text that comes in pieces; a match may lie across a border.
/// Both needle and text are folded (casemap.h). An empty needle is found at once.
class SubstringMatcher {
  public:
    explicit SubstringMatcher(std::string_view folded_needle);
    /// Returns found().
    bool feed(std::string_view folded);
    bool found() const { return found_; }
    /// Another text begins: nothing matches across here. found() stays.
    void next_text() { tail_.clear(); }

  private:
    FoldedNeedle needle_;
    std::string tail_;  // the last octets, one fewer than the needle has
    bool found_;
};

}  // namespace loam::mail
