#include "engine/mail/match_text.h"

#include <algorithm>

namespace loam::mail {

SubstringMatcher::SubstringMatcher(std::string_view folded_needle)
    : needle_(folded_needle), found_(folded_needle.empty()) {}

bool SubstringMatcher::feed(std::string_view folded) {
    if (found_) return true;
    const std::size_t overlap = needle_.size() - 1;
    // Matches that begin in the tail need at most `overlap` octets of the new piece.
    tail_ += folded.substr(0, overlap);
    found_ = tail_.find(needle_) != std::string::npos || folded.find(needle_) != folded.npos;
    if (folded.size() >= overlap) {
        tail_ = folded.substr(folded.size() - overlap);
    } else if (tail_.size() > overlap) {
        tail_.erase(0, tail_.size() - overlap);
    }
    return found_;
}

}  // namespace loam::mail
