#include "engine/mail/match_text.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace loam::mail {

namespace {

/// Octets of folded text, the most common first. Roughly is good enough: a wrong guess costs time.
constexpr std::string_view kCommon =
    " ETAOINSRHLDCUMPFGYWBV.,-\n\r0123456789/:<>=\"';()_@KXJQZ\xD0\xD1\xCC\xE2\xE3\xE4\xE5\xE6";

/// How rare each octet is; the more, the rarer.
constexpr std::array<unsigned char, 256> kRarity = [] {
    std::array<unsigned char, 256> rarity{};
    rarity.fill(255);
    for (std::size_t i = 0; i < kCommon.size(); ++i)
        rarity[static_cast<unsigned char>(kCommon[i])] = static_cast<unsigned char>(i);
    return rarity;
}();

unsigned char rarity_of(char octet) {
    return kRarity[static_cast<unsigned char>(octet)];
}

}  // namespace

FoldedNeedle::FoldedNeedle(std::string_view folded) : text_(folded) {
    const auto rarest = std::ranges::max_element(text_, {}, rarity_of);
    rare_ = static_cast<std::size_t>(rarest - text_.begin());
}

std::size_t FoldedNeedle::find(std::string_view folded, std::size_t from) const {
    if (from > folded.size() || folded.size() - from < text_.size()) return std::string_view::npos;
    if (text_.empty()) return from;
    const char* at = folded.data() + from + rare_;
    const char* const end = folded.data() + (folded.size() - text_.size() + rare_ + 1);
    while (at < end) {
        const void* const found = std::memchr(at, text_[rare_], static_cast<std::size_t>(end - at));
        if (found == nullptr) break;
        at = static_cast<const char*>(found);
        if (std::memcmp(at - rare_, text_.data(), text_.size()) == 0)
            return static_cast<std::size_t>(at - rare_ - folded.data());
        ++at;
    }
    return std::string_view::npos;
}

SubstringMatcher::SubstringMatcher(std::string_view folded_needle)
    : needle_(folded_needle), found_(folded_needle.empty()) {}

bool SubstringMatcher::feed(std::string_view folded) {
    if (found_) return true;
    const std::size_t overlap = needle_.text().size() - 1;
    // Matches that begin in the tail need at most `overlap` octets of the new piece.
    tail_ += folded.substr(0, overlap);
    found_ = needle_.in(tail_) || needle_.in(folded);
    if (folded.size() >= overlap) {
        tail_ = folded.substr(folded.size() - overlap);
    } else if (tail_.size() > overlap) {
        tail_.erase(0, tail_.size() - overlap);
    }
    return found_;
}

}  // namespace loam::mail
