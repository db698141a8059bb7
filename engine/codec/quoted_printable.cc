#include "engine/codec/quoted_printable.h"

#include <array>
#include <optional>
#include <string_view>

namespace loam {

namespace {

constexpr std::byte kEquals{'='};
constexpr std::byte kCr{'\r'};
constexpr std::byte kLf{'\n'};
constexpr std::string_view kHex = "0123456789ABCDEF";
constexpr std::size_t kLineCharsMax = 76;  // RFC 2045 section 6.7, rule 5

constexpr bool is_white(std::byte c) {
    return c == std::byte{' '} || c == std::byte{'\t'};
}

std::optional<unsigned> hex_digit(std::byte c) {
    const auto digit = std::to_integer<unsigned>(c);
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    return std::nullopt;
}

// How many octets from the front stand for themselves. White space does when text follows it.
std::size_t plain_run(Bytes in) {
    std::size_t i = 0;
    for (; i < in.size() && in[i] != kEquals; ++i) {
        if (!is_white(in[i])) continue;
        if (i + 1 == in.size()) break;
        const std::byte next = in[i + 1];
        if (is_white(next) || next == kCr || next == kLf) break;
    }
    return i;
}

}  // namespace

void QuotedPrintableDecoder::feed(Bytes encoded, ByteVector& out) {
    out.reserve(out.size() + held_.size() + encoded.size());
    while (!encoded.empty()) {
        if (state_ == State::text) {
            const std::size_t run = plain_run(encoded);
            out.insert(out.end(), encoded.begin(),
                       encoded.begin() + static_cast<std::ptrdiff_t>(run));
            encoded = encoded.subspan(run);
            if (encoded.empty()) return;
        }
        step(encoded[0], out);
        encoded = encoded.subspan(1);
    }
}

void QuotedPrintableDecoder::finish(ByteVector& out) {
    // White space ends the last line, `=` is a soft break: dropped. A CR or a hex digit after them
    // was text after all.
    const bool text =
        state_ == State::white_cr || state_ == State::equals_hex || state_ == State::equals_cr;
    if (text) release(out);
    held_.clear();
    state_ = State::text;
}

void QuotedPrintableDecoder::hold(std::byte c, State state) {
    held_.push_back(c);
    state_ = state;
}

void QuotedPrintableDecoder::release(ByteVector& out) {
    out.insert(out.end(), held_.begin(), held_.end());
    held_.clear();
    state_ = State::text;
}

void QuotedPrintableDecoder::step(std::byte c, ByteVector& out) {
    if (is_white(c) && held_.size() >= kQpWhiteSpaceBytesMax) release(out);
    switch (state_) {
        case State::text:
        case State::white:
        case State::white_cr:
            step_text(c, out);
            return;
        case State::equals:
        case State::equals_hex:
        case State::equals_white:
        case State::equals_cr:
            step_equals(c, out);
            return;
    }
}

void QuotedPrintableDecoder::step_text(std::byte c, ByteVector& out) {
    if (c == kLf && state_ != State::text) {
        const bool crlf = state_ == State::white_cr;
        held_.clear();
        state_ = State::text;
        if (crlf) out.push_back(kCr);
        out.push_back(kLf);
        return;
    }
    if (c == kCr && state_ == State::white) return hold(c, State::white_cr);
    if (is_white(c) && state_ != State::white_cr) return hold(c, State::white);
    release(out);
    if (c == kEquals) return hold(c, State::equals);
    if (is_white(c)) return hold(c, State::white);
    out.push_back(c);
}

void QuotedPrintableDecoder::step_equals(std::byte c, ByteVector& out) {
    if (c == kLf && state_ != State::equals_hex) {  // a soft break
        held_.clear();
        state_ = State::text;
        return;
    }
    const std::optional<unsigned> digit = hex_digit(c);
    if (state_ == State::equals_hex && digit) {
        const unsigned high = hex_digit(held_.back()).value_or(0);
        out.push_back(static_cast<std::byte>(high << 4 | *digit));
        held_.clear();
        state_ = State::text;
        return;
    }
    if (state_ == State::equals && digit) return hold(c, State::equals_hex);
    if (state_ == State::equals || state_ == State::equals_white) {
        if (is_white(c)) return hold(c, State::equals_white);
        if (c == kCr) return hold(c, State::equals_cr);
    }
    release(out);  // no escape: `=` and what came after it are text
    step_text(c, out);
}

namespace {

bool needs_escape(std::byte c, bool ends_line) {
    const auto octet = std::to_integer<unsigned>(c);
    if (is_white(c)) return ends_line;
    return octet < 33 || octet > 126 || c == kEquals;
}

// Octets of the line end at the front of `in`, 0 if there is none.
std::size_t line_end_bytes(Bytes in) {
    if (in.empty()) return 0;
    if (in[0] == kLf) return 1;
    return in.size() > 1 && in[0] == kCr && in[1] == kLf ? 2 : 0;
}

}  // namespace

void quoted_printable_encode(Bytes text, ByteVector& out) {
    const auto put = [&out](char c) { out.push_back(static_cast<std::byte>(c)); };
    std::size_t line_chars = 0;
    while (!text.empty()) {
        if (const std::size_t end = line_end_bytes(text); end > 0) {
            put('\r');
            put('\n');
            line_chars = 0;
            text = text.subspan(end);
            continue;
        }
        const std::byte c = text[0];
        text = text.subspan(1);
        const bool ends_line = text.empty() || line_end_bytes(text) > 0;
        const bool escaped = needs_escape(c, ends_line);
        if (line_chars + (escaped ? 3 : 1) >= kLineCharsMax) {  // leaves room for the soft break
            put('=');
            put('\r');
            put('\n');
            line_chars = 0;
        }
        line_chars += escaped ? 3 : 1;
        if (!escaped) {
            out.push_back(c);
            continue;
        }
        const auto octet = std::to_integer<std::size_t>(c);
        put('=');
        put(kHex[octet >> 4]);
        put(kHex[octet & 15]);
    }
}

}  // namespace loam
