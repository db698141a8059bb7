#pragma once

#include <string>
#include <string_view>

namespace loam::mail {

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
    std::string needle_;
    std::string tail_;  // the last needle_.size() - 1 octets
    bool found_;
};

}  // namespace loam::mail
