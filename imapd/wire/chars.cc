#include "imapd/wire/chars.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace loam::imap {
namespace {

// One table for the three classes, so that a class is one load.
constexpr std::uint8_t kAtom = 1;
constexpr std::uint8_t kAstring = 2;
constexpr std::uint8_t kList = 4;

constexpr std::array<std::uint8_t, 256> make_classes() {
    std::array<std::uint8_t, 256> classes{};
    for (std::size_t c = 0x21; c < 0x7F; ++c) {
        const std::string_view atom_specials = "(){%*\"\\]";
        if (atom_specials.find(static_cast<char>(c)) == std::string_view::npos)
            classes[c] = kAtom | kAstring | kList;
    }
    classes[']'] = kAstring | kList;
    classes['%'] = kList;
    classes['*'] = kList;
    return classes;
}

constexpr std::array<std::uint8_t, 256> kClasses = make_classes();

bool has_class(char c, std::uint8_t wanted) {
    return (kClasses[static_cast<unsigned char>(c)] & wanted) != 0;
}

// RFC 3629 section 4: the length of a sequence and the least code point it may carry.
struct Utf8Lead {
    std::size_t octets;
    char32_t bits;
    char32_t least;
};

std::optional<Utf8Lead> utf8_lead(unsigned char c) {
    if (c < 0x80) return Utf8Lead{1, c, 0};
    if (c >= 0xC2 && c < 0xE0) return Utf8Lead{2, c & 0x1FU, 0x80};
    if (c >= 0xE0 && c < 0xF0) return Utf8Lead{3, c & 0x0FU, 0x800};
    if (c >= 0xF0 && c < 0xF5) return Utf8Lead{4, c & 0x07U, 0x10000};
    return std::nullopt;
}

char octet(char32_t value) {
    return static_cast<char>(static_cast<unsigned char>(value));
}

}  // namespace

bool is_atom_char(char c) {
    return has_class(c, kAtom);
}
bool is_astring_char(char c) {
    return has_class(c, kAstring);
}
bool is_list_char(char c) {
    return has_class(c, kList);
}

char ascii_upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

std::string ascii_upper(std::string_view text) {
    std::string upper(text);
    for (char& c : upper)
        c = ascii_upper(c);
    return upper;
}

bool ascii_iequals(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b,
                              [](char x, char y) { return ascii_upper(x) == ascii_upper(y); });
}

bool is_ascii(std::string_view text) {
    return std::ranges::none_of(text, is_8bit);
}

bool is_utf8(std::string_view text) {
    while (!text.empty())
        if (!take_utf8(text)) return false;
    return true;
}

std::optional<char32_t> take_utf8(std::string_view& text) {
    if (text.empty()) return std::nullopt;
    const auto lead = utf8_lead(static_cast<unsigned char>(text.front()));
    if (!lead || text.size() < lead->octets) return std::nullopt;
    char32_t code_point = lead->bits;
    for (std::size_t i = 1; i < lead->octets; ++i) {
        const auto next = static_cast<unsigned char>(text[i]);
        if ((next & 0xC0U) != 0x80U) return std::nullopt;
        code_point = (code_point << 6U) | (next & 0x3FU);
    }
    const bool surrogate = code_point >= 0xD800 && code_point < 0xE000;
    if (code_point < lead->least || surrogate || code_point > 0x10FFFF) return std::nullopt;
    text.remove_prefix(lead->octets);
    return code_point;
}

void append_utf8(std::string& out, char32_t code_point) {
    if (code_point < 0x80) {
        out += octet(code_point);
    } else if (code_point < 0x800) {
        out += octet(0xC0U | (code_point >> 6U));
        out += octet(0x80U | (code_point & 0x3FU));
    } else if (code_point < 0x10000) {
        out += octet(0xE0U | (code_point >> 12U));
        out += octet(0x80U | ((code_point >> 6U) & 0x3FU));
        out += octet(0x80U | (code_point & 0x3FU));
    } else {
        out += octet(0xF0U | (code_point >> 18U));
        out += octet(0x80U | ((code_point >> 12U) & 0x3FU));
        out += octet(0x80U | ((code_point >> 6U) & 0x3FU));
        out += octet(0x80U | (code_point & 0x3FU));
    }
}

}  // namespace loam::imap
