#include "engine/codec/base64_lines.h"

#include <algorithm>

#include "engine/base/check.h"
#include "engine/codec/base64.h"

namespace loam {

namespace {

constexpr std::byte kCr{'\r'};
constexpr std::byte kLf{'\n'};

}  // namespace

std::uint64_t Base64Recipe::char_at_raw_offset(std::uint64_t offset) const {
    const std::uint64_t line_bytes = line_chars + line_end_bytes();
    const std::uint64_t column = std::min<std::uint64_t>(offset % line_bytes, line_chars - 1);
    return offset / line_bytes * line_chars + column;
}

std::uint64_t Base64Recipe::raw_bytes(std::uint64_t plain_bytes) const {
    LOAM_CHECK(plain_bytes > 0);
    const std::uint64_t chars = base64_chars(plain_bytes);
    const std::uint64_t lines = (chars + line_chars - 1) / line_chars;
    return chars + (last_line_end ? lines : lines - 1) * line_end_bytes();
}

void append_base64_lines(const Base64Recipe& recipe, Bytes plain, std::uint64_t plain_offset,
                         std::uint64_t raw_begin, std::uint64_t raw_end, ByteVector& out) {
    LOAM_CHECK(plain_offset % 3 == 0 && raw_begin <= raw_end);
    if (raw_begin == raw_end) return;
    const std::uint64_t first_char = plain_offset / 3 * 4;
    const std::uint64_t end_char = first_char + base64_chars(plain.size());
    // Encoding starts with the quantum that holds the first octet wanted, and ends with the line
    // that holds the last; what is too much at both ends is cut off afterwards.
    // The line end after a short last line belongs to the last character.
    std::uint64_t next_char = std::min(recipe.char_at_raw_offset(raw_begin), end_char - 1) / 4 * 4;
    LOAM_CHECK(next_char >= first_char && raw_end <= recipe.raw_offset_of_char(end_char) + 2);
    std::uint64_t raw = recipe.raw_offset_of_char(next_char);
    const std::size_t skip = raw_begin - raw;
    const std::size_t before = out.size();
    out.resize(before + (raw_end - raw) + recipe.line_chars + 2);
    std::size_t at = before;
    while (raw < raw_end) {
        const std::uint64_t column = next_char % recipe.line_chars;
        const std::uint64_t chars = std::min(recipe.line_chars - column, end_char - next_char);
        const std::size_t from = (next_char - first_char) / 4 * 3;
        const std::size_t size = std::min<std::size_t>(chars / 4 * 3, plain.size() - from);
        base64_encode(plain.subspan(from, size), MutableBytes(out).subspan(at, chars));
        at += chars;
        raw += chars;
        next_char += chars;
        if (raw >= raw_end) break;
        if (recipe.crlf) out[at++] = kCr;
        out[at++] = kLf;
        raw += recipe.line_end_bytes();
    }
    out.resize(at - (raw - raw_end));
    const auto start = out.begin() + static_cast<std::ptrdiff_t>(before);
    out.erase(start, start + static_cast<std::ptrdiff_t>(skip));
}

std::size_t Base64LineReader::feed(Bytes raw, ByteVector& plain) {
    std::size_t taken = 0;
    while (taken < raw.size() && !stopped_) {
        if (line_.empty() && learned_) {
            taken += feed_full_lines(raw.subspan(taken), plain);
            if (taken == raw.size()) break;
        }
        const std::byte c = raw[taken];
        const bool fits = c == kLf ? end_line(plain) : hold(c);
        if (!fits) {
            stopped_ = true;
            break;
        }
        ++taken;
    }
    return taken;
}

// The common case without a copy: lines that lie whole in `raw`, full and without padding. Whatever
// is not one of these is left for the slow way, which knows better.
std::size_t Base64LineReader::feed_full_lines(Bytes raw, ByteVector& plain) {
    const std::size_t chars = recipe_.line_chars;
    const std::size_t line_bytes = chars + recipe_.line_end_bytes();
    const std::size_t octets = chars / 4 * 3;
    const std::size_t before = plain.size();
    plain.resize(before + raw.size() / line_bytes * octets);
    std::size_t lines = 0;
    for (; (lines + 1) * line_bytes <= raw.size(); ++lines) {
        const Bytes line = raw.subspan(lines * line_bytes, line_bytes);
        if (line.back() != kLf || (recipe_.crlf && line[chars] != kCr)) break;
        if (line[chars - 1] == std::byte{'='}) break;
        const MutableBytes to = MutableBytes(plain).subspan(before + lines * octets, octets);
        if (!base64_decode_canonical(line.first(chars), to)) break;
    }
    plain.resize(before + lines * octets);
    raw_bytes_ += lines * line_bytes;
    plain_bytes_ += lines * octets;
    if (lines > 0) recipe_.last_line_end = true;
    return lines * line_bytes;
}

// One more octet of a line. Characters are looked at when the line is whole.
bool Base64LineReader::hold(std::byte c) {
    if (!line_.empty() && line_.back() == kCr) return false;
    const std::size_t chars_max = learned_ ? recipe_.line_chars : kBase64LineCharsMax;
    if (line_.size() >= chars_max && c != kCr) return false;
    line_.push_back(c);
    return true;
}

bool Base64LineReader::end_line(ByteVector& plain) {
    const bool crlf = !line_.empty() && line_.back() == kCr;
    const Bytes chars = crlf ? Bytes(line_).first(line_.size() - 1) : Bytes(line_);
    if (!learned_) {
        recipe_.line_chars = static_cast<std::uint32_t>(chars.size());
        recipe_.crlf = crlf;
    }
    if (crlf != recipe_.crlf) return false;
    return accept_line(chars, recipe_.line_end_bytes(), plain);
}

bool Base64LineReader::accept_line(Bytes chars, std::uint64_t line_end_bytes, ByteVector& plain) {
    if (chars.empty() || chars.size() > recipe_.line_chars) return false;
    const std::size_t before = plain.size();
    plain.resize(before + base64_plain_max(chars.size()));
    const auto octets = base64_decode_canonical(chars, MutableBytes(plain).subspan(before));
    plain.resize(before + octets.value_or(0));
    if (!octets) return false;
    raw_bytes_ += chars.size() + line_end_bytes;
    plain_bytes_ += *octets;
    recipe_.last_line_end = line_end_bytes > 0;
    learned_ = true;
    // A short line and one with padding are the last.
    stopped_ = chars.size() < recipe_.line_chars || *octets % 3 != 0;
    line_.clear();
    return true;
}

void Base64LineReader::finish(ByteVector& plain) {
    if (!stopped_ && learned_ && !line_.empty()) accept_line(line_, 0, plain);
    stopped_ = true;
}

}  // namespace loam
