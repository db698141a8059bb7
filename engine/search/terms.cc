#include "engine/search/terms.h"

#include <algorithm>

#include "engine/mail/charset.h"

namespace loam::lookup {

namespace {

constexpr unsigned kAsciiBits = 7;
constexpr std::uint32_t kWindowMask = kHashedTermsBegin - 1;
/// Fills up a window that has fewer than three ASCII code points. In a text it counts as a code
/// point that is not ASCII, so no text has it in such a window.
constexpr std::uint32_t kPad = 0x7F;
/// In place of a code point that a shorter window does not have.
constexpr std::uint64_t kNone = 0x1FFFFF;

constexpr bool is_ascii(char32_t code) {
    return code < kPad;
}

constexpr std::uint32_t ascii_window(std::uint32_t a, std::uint32_t b, std::uint32_t c) {
    return a << (2 * kAsciiBits) | b << kAsciiBits | c;
}

Term hashed(std::uint64_t a, std::uint64_t b, std::uint64_t c) {
    std::uint64_t mixed = (a << 42 | b << 21 | c) * 0x9E3779B97F4A7C15ULL;
    mixed = (mixed ^ mixed >> 32) * 0xD6E8FEB86659FD93ULL;
    return kHashedTermsBegin + static_cast<Term>(mixed >> 40);
}
Term hashed(std::uint64_t b, std::uint64_t c) {
    return hashed(kNone, b, c);
}
Term hashed(std::uint64_t c) {
    return hashed(kNone, kNone, c);
}

/// The code point of a valid sequence.
char32_t decode_sequence(std::string_view octets) {
    const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(octets[i]); };
    switch (octets.size()) {
        case 1:
            return octet(0);
        case 2:
            return static_cast<char32_t>((octet(0) & 0x1F) << 6 | (octet(1) & 0x3F));
        case 3:
            return static_cast<char32_t>((octet(0) & 0x0F) << 12 | (octet(1) & 0x3F) << 6 |
                                         (octet(2) & 0x3F));
        default:
            return static_cast<char32_t>((octet(0) & 0x07) << 18 | (octet(1) & 0x3F) << 12 |
                                         (octet(2) & 0x3F) << 6 | (octet(3) & 0x3F));
    }
}

}  // namespace

TermCollector::TermCollector() : seen_(kHashedTermsBegin / 64) {}

void TermCollector::add_ascii(std::uint32_t window) {
    std::uint64_t& word = seen_[window >> 6];
    const std::uint64_t bit = std::uint64_t{1} << (window & 63);
    if ((word & bit) != 0) return;
    word |= bit;
    ascii_.push_back(window);
}

void TermCollector::add_hashed(Term term) {
    Term& slot = recent_[term % kSlots];
    if (slot == term) return;
    slot = term;
    hashed_.push_back(term);
}

/// Terms of a window that is not ASCII alone, but for those that its end does not begin.
void TermCollector::add_window(char32_t a, char32_t b, char32_t c) {
    add_hashed(hashed(a, b, c));
    if (!is_ascii(a)) return;
    add_ascii(ascii_window(a, is_ascii(b) ? b : kPad, kPad));
}

void TermCollector::add_code_point(char32_t code) {
    const bool ascii = is_ascii(code);
    if (!ascii) add_hashed(hashed(code));
    if (known_ > 0 && !(ascii && is_ascii(before_[1]))) add_hashed(hashed(before_[1], code));
    if (known_ == 2) {
        if (ascii && is_ascii(before_[0]) && is_ascii(before_[1])) {
            add_ascii(ascii_window(before_[0], before_[1], code));
        } else {
            add_window(before_[0], before_[1], code);
        }
    }
    before_ = {before_[1], code};
    known_ = std::min<std::size_t>(known_ + 1, 2);
}

void TermCollector::end_text() {
    if (known_ == 2 && is_ascii(before_[0]))
        add_ascii(ascii_window(before_[0], is_ascii(before_[1]) ? before_[1] : kPad, kPad));
    if (known_ > 0 && is_ascii(before_[1])) add_ascii(ascii_window(before_[1], kPad, kPad));
    known_ = 0;
    cut_bytes_ = 0;
}

void TermCollector::add(std::string_view folded) {
    std::size_t at = 0;
    while (at < folded.size()) {
        const auto octet = static_cast<unsigned char>(folded[at]);
        if (cut_bytes_ == 0 && octet < kPad) {
            if (known_ < 2 || !is_ascii(before_[0]) || !is_ascii(before_[1])) {
                add_code_point(octet);
                ++at;
                continue;
            }
            // The common case: one window after another of ASCII.
            std::uint32_t window = ascii_window(0, before_[0], before_[1]);
            for (; at < folded.size() && static_cast<unsigned char>(folded[at]) < kPad; ++at) {
                window =
                    (window << kAsciiBits | static_cast<unsigned char>(folded[at])) & kWindowMask;
                add_ascii(window);
            }
            before_ = {window >> kAsciiBits & 0x7F, window & 0x7F};
            continue;
        }
        ++at;
        if (folded[at - 1] == kTextEnd) {
            end_text();
            continue;
        }
        cut_[cut_bytes_++] = folded[at - 1];
        bool cut_short = false;
        const std::string_view sequence(cut_.data(), cut_bytes_);
        if (mail::utf8_sequence(sequence, cut_short) == 0 && cut_short) continue;
        // What is no UTF-8 is in no text; each such octet would be a code point of its own.
        add_code_point(decode_sequence(sequence));
        cut_bytes_ = 0;
    }
}

void TermCollector::take(std::vector<Term>& out) {
    end_text();
    for (const Term term : ascii_)
        seen_[term >> 6] = 0;
    out = ascii_;
    ascii_.clear();
    if (hashed_.empty()) return;
    recent_.fill(0);
    std::ranges::sort(hashed_);
    const auto again = std::ranges::unique(hashed_);
    out.insert(out.end(), hashed_.begin(), again.begin());
    hashed_.clear();
}

namespace {

/// Nothing if it is no UTF-8.
bool decode_all(std::string_view text, std::vector<char32_t>& out) {
    while (!text.empty()) {
        bool cut_short = false;
        const std::size_t bytes = mail::utf8_sequence(text, cut_short);
        if (bytes == 0) return false;
        out.push_back(decode_sequence(text.substr(0, bytes)));
        text.remove_prefix(bytes);
    }
    return true;
}

NeedleTerms short_ascii(const std::vector<char32_t>& codes) {
    const bool one = codes.size() == 1;
    NeedleTerms needle{.kind = NeedleTerms::Kind::range, .terms = {}, .exact = true};
    needle.first = ascii_window(codes[0], one ? 0 : codes[1], 0);
    needle.last = ascii_window(codes[0], one ? kPad : codes[1], kPad);
    return needle;
}

}  // namespace

NeedleTerms terms_of_needle(std::string_view folded) {
    std::vector<char32_t> codes;
    if (!decode_all(folded, codes) || codes.empty()) return {};
    const bool ascii = std::ranges::all_of(codes, is_ascii);
    if (ascii && codes.size() < 3) return short_ascii(codes);

    NeedleTerms needle{.kind = NeedleTerms::Kind::all_of, .terms = {}};
    needle.exact = ascii && codes.size() == 3;
    for (std::size_t i = 0; i < codes.size(); ++i) {
        if (!is_ascii(codes[i]) && codes.size() == 1) needle.terms.push_back(hashed(codes[i]));
        if (i < 1) continue;
        if (!is_ascii(codes[i - 1]) || !is_ascii(codes[i]))
            needle.terms.push_back(hashed(codes[i - 1], codes[i]));
        if (i < 2) continue;
        const bool window = is_ascii(codes[i - 2]) && is_ascii(codes[i - 1]) && is_ascii(codes[i]);
        needle.terms.push_back(window ? ascii_window(codes[i - 2], codes[i - 1], codes[i])
                                      : hashed(codes[i - 2], codes[i - 1], codes[i]));
    }
    std::ranges::sort(needle.terms);
    needle.terms.erase(std::ranges::unique(needle.terms).begin(), needle.terms.end());
    return needle;
}

}  // namespace loam::lookup
