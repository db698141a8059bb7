#include "imapd/auth/sasl_base64.h"

#include <cstdint>

namespace loam::imap {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

Result<std::string> sasl_decode(std::string_view text) {
    if (text.size() % 4 != 0) return fail(Errc::invalid, "base64: wrong length");
    std::string_view digits = text;
    if (digits.ends_with('=')) digits.remove_suffix(1);
    if (digits.ends_with('=')) digits.remove_suffix(1);
    std::string out;
    std::uint32_t bits = 0;
    unsigned have = 0;
    for (const char c : digits) {
        const std::size_t value = kAlphabet.find(c);
        if (value == std::string_view::npos) return fail(Errc::invalid, "base64: not its alphabet");
        bits = (bits << 6U) | static_cast<std::uint32_t>(value);
        have += 6;
        if (have < 8) continue;
        have -= 8;
        out += static_cast<char>((bits >> have) & 0xFFU);
        bits &= (1U << have) - 1;
    }
    if (bits != 0) return fail(Errc::invalid, "base64: left-over bits");
    return out;
}

}  // namespace loam::imap
