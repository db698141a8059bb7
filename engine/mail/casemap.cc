#include "engine/mail/casemap.h"

#include <array>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/utf8.h>

#include "engine/base/check.h"
#include "engine/mail/charset.h"

namespace loam::mail {

namespace {

constexpr std::int32_t kDecompositionUnitsMax = 64;  // U+FDFA has 18

const UNormalizer2* nfkd() {
    UErrorCode error = U_ZERO_ERROR;
    const UNormalizer2* normalizer = unorm2_getNFKDInstance(&error);
    LOAM_CHECK(U_SUCCESS(error));
    return normalizer;
}

void append_code_point(UChar32 code, std::string& out) {
    std::array<char, U8_MAX_LENGTH> octets{};
    std::int32_t bytes = 0;
    U8_APPEND_UNSAFE(octets.data(), bytes, code);
    out.append(octets.data(), static_cast<std::size_t>(bytes));
}

// UnicodeData.txt, which RFC 5051 goes by, has no decomposition for Hangul syllables.
bool is_hangul_syllable(UChar32 code) {
    return code >= 0xAC00 && code <= 0xD7A3;
}

void append_folded(UChar32 code, std::string& out) {
    const UChar32 title = u_totitle(code);
    std::array<UChar, kDecompositionUnitsMax> units{};
    UErrorCode error = U_ZERO_ERROR;
    const std::int32_t count =
        is_hangul_syllable(title)
            ? -1
            : unorm2_getDecomposition(nfkd(), title, units.data(), kDecompositionUnitsMax, &error);
    if (count < 0 || U_FAILURE(error)) return append_code_point(title, out);
    std::int32_t at = 0;
    while (at < count) {
        UChar32 next = 0;
        U16_NEXT_UNSAFE(units.data(), at, next);
        append_code_point(next, out);
    }
}

UChar32 decode(std::string_view sequence) {
    std::int32_t at = 0;
    UChar32 code = 0;
    const auto* octets = reinterpret_cast<const std::uint8_t*>(sequence.data());
    U8_NEXT_UNSAFE(octets, at, code);
    return code;
}

std::size_t append_ascii(std::string_view text, std::string& out) {
    const std::size_t count = ascii_run(text);
    const std::size_t start = out.size();
    out.append(text.substr(0, count));
    // By pointer and without a branch, so that the compiler takes many octets at once.
    char* const folded = out.data() + start;
    for (std::size_t i = 0; i < count; ++i) {
        const bool lower = folded[i] >= 'a' && folded[i] <= 'z';
        folded[i] = static_cast<char>(folded[i] - (lower ? 'a' - 'A' : 0));
    }
    return count;
}

// Returns what is left: an unfinished sequence, unless `last`.
std::string_view fold(std::string_view text, bool last, std::string& out) {
    while (!text.empty()) {
        text.remove_prefix(append_ascii(text, out));
        bool cut_short = false;
        const std::size_t bytes = utf8_sequence(text, cut_short);
        if (cut_short && !last) return text;
        if (bytes > 0) {
            append_folded(decode(text.substr(0, bytes)), out);
        } else if (!text.empty()) {
            out += text.front();
        }
        text.remove_prefix(bytes > 0 || text.empty() ? bytes : 1);
    }
    return text;
}

}  // namespace

void CaseFolder::feed(std::string_view utf8, std::string& out) {
    if (cut_.empty()) {
        cut_ = fold(utf8, false, out);
        return;
    }
    const std::string joined = cut_ + std::string(utf8);
    cut_ = fold(joined, false, out);
}

void CaseFolder::finish(std::string& out) {
    fold(cut_, true, out);
    cut_.clear();
}

std::string casefold(std::string_view utf8) {
    std::string out;
    out.reserve(utf8.size());
    fold(utf8, true, out);
    return out;
}

}  // namespace loam::mail
