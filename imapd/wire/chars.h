#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Character classes of RFC 9051 section 9 and the ASCII and UTF-8 tests that lexer and encoder
/// share. Pure; any thread.
namespace loam::imap {

/// ATOM-CHAR: printable ASCII without ( ) { % * " \ ] and space.
bool is_atom_char(char c);
/// ASTRING-CHAR: ATOM-CHAR or "]".
bool is_astring_char(char c);
/// list-char: ASTRING-CHAR or a wildcard, "%" or "*".
bool is_list_char(char c);
inline bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
inline bool is_alpha(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
inline bool is_8bit(char c) {
    return static_cast<unsigned char>(c) >= 0x80;
}

/// ASCII only: other octets are left alone, and "ı" is no "I".
char ascii_upper(char c);
std::string ascii_upper(std::string_view text);
bool ascii_iequals(std::string_view a, std::string_view b);

/// No octet of 0x80 and above.
bool is_ascii(std::string_view text);
/// Well-formed UTF-8 as RFC 3629 section 4 has it: no overlong form, no surrogate, nothing above
/// U+10FFFF.
bool is_utf8(std::string_view text);

/// Takes one code point from the front of `text`, which shrinks. nullopt, and `text` as it was,
/// when empty or not well-formed.
std::optional<char32_t> take_utf8(std::string_view& text);
/// Appends a code point, which is no surrogate and at most U+10FFFF.
void append_utf8(std::string& out, char32_t code_point);

}  // namespace loam::imap
