#include "engine/mail/preview.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace loam::mail {
namespace {

// A plain line is kept until it is known what it is; of a longer one the beginning decides.
constexpr std::size_t kLineBytesMax = 2048;
constexpr std::size_t kTagBytesMax = 16;
constexpr std::size_t kEntityBytesMax = 10;

constexpr std::array<std::string_view, 4> kSilent{"style", "script", "head", "title"};

constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kEntities{{
    {"amp", "&"},
    {"lt", "<"},
    {"gt", ">"},
    {"quot", "\""},
    {"apos", "'"},
    {"nbsp", " "},
    {"copy", "\u00A9"},
    {"euro", "\u20AC"},
    {"hellip", "\u2026"},
    {"ndash", "\u2013"},
    {"mdash", "\u2014"},
    {"zwnj", ""},
}};

bool is_white(std::string_view character) {
    return character == " " || character == "\t" || character == "\r" || character == "\n" ||
           character == "\u00A0" || character == "\u3000";
}

// Characters that people do not see: controls, a byte order mark, joiners that fill previews.
bool is_unseen(std::string_view character) {
    const auto first = static_cast<unsigned char>(character.front());
    return first < 0x20 || first == 0x7F || character == "\uFEFF" || character == "\u200B" ||
           character == "\u200C" || character == "\u200D" || character == "\u034F" ||
           character == "\u00AD" || (character >= "\u0080" && character < "\u00A0");
}

std::string utf8_of(std::uint32_t code) {
    std::string out;
    if (code < 0x20 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return out;
    if (code < 0x80) return {static_cast<char>(code)};
    int shift = code < 0x800 ? 6 : (code < 0x10000 ? 12 : 18);
    const std::uint32_t lead = shift == 6 ? 0xC0 : (shift == 12 ? 0xE0 : 0xF0);
    out += static_cast<char>(lead | (code >> shift));
    while (shift > 0) {
        shift -= 6;
        out += static_cast<char>(0x80 | ((code >> shift) & 0x3FU));
    }
    return out;
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::optional<std::uint32_t> preview_part(const Structure& structure) {
    std::optional<std::uint32_t> html;
    std::optional<std::uint32_t> other;
    for (std::uint32_t i = 0; i < structure.parts.size(); ++i) {
        const Part& part = structure.parts[i];
        if (!part.leaf() || !part.is_text() || is_attachment(part)) continue;
        if (part.transfer == Encoding::unknown || part.body_bytes == 0) continue;
        if (part.is("text", "plain")) return i;
        std::optional<std::uint32_t>& kind = part.is("text", "html") ? html : other;
        if (!kind) kind = i;
    }
    return html ? html : other;
}

PreviewBuilder::PreviewBuilder(const Part& part)
    : decoder_(part, TextForm::plain), html_(part.is("text", "html")) {}

void PreviewBuilder::feed(Bytes raw) {
    decoder_.feed(raw, decoded_);
    take(decoded_);
    decoded_.clear();
}

void PreviewBuilder::take(std::string_view text) {
    for (const char c : text) {
        if (full()) return;
        if (html_) {
            take_html(c);
        } else {
            take_plain(c);
        }
    }
}

void PreviewBuilder::take_plain(char c) {
    if (c == '\n') return end_line();
    if (line_.size() < kLineBytesMax) line_ += c;
}

void PreviewBuilder::end_line() {
    std::string line = std::exchange(line_, {});
    if (line.ends_with('\r')) line.pop_back();
    if (line == "-- ") {
        signature_ = characters_ > 0;
    } else if (!line.starts_with('>')) {
        add(line);
    }
    add_space();
}

void PreviewBuilder::take_html(char c) {
    switch (in_) {
        case In::text:
            if (c == '<') {
                in_ = In::tag;
                word_.clear();
            } else if (!silent_.empty()) {
                return;
            } else if (c == '&') {
                in_ = In::entity;
                word_.clear();
            } else if (line_ += c; (static_cast<unsigned char>(c) & 0xC0U) != 0xC0U) {
                // A character is added once its last octet is there.
                bool cut_short = false;
                if (utf8_sequence(line_, cut_short) == 0 && cut_short) return;
                add(std::exchange(line_, {}));
            }
            return;
        case In::tag:
            if (c == '>') return end_tag();
            if (word_.size() < kTagBytesMax) word_ += lower(c);
            if (word_ == "!--") {
                in_ = In::comment;
                word_.clear();
            }
            return;
        case In::comment:
            word_ += c;
            if (word_.size() > 3) word_.erase(0, 1);
            if (word_ == "-->") in_ = In::text;
            return;
        case In::entity:
            if (c == ';') return add_entity();
            if (word_.size() < kEntityBytesMax && c != '<' && !is_white({&c, 1})) {
                word_ += c;
                return;
            }
            in_ = In::text;  // an ampersand that stands for itself
            add("&" + std::exchange(word_, {}));
            return take_html(c);
    }
}

void PreviewBuilder::end_tag() {
    in_ = In::text;
    const bool closes = word_.starts_with('/');
    std::string name = word_.substr(closes ? 1 : 0);
    name.resize(std::min(name.find_first_of(" \t\r\n/"), name.size()));
    if (closes && name == silent_) {
        silent_.clear();
    } else if (!closes && silent_.empty() && std::ranges::find(kSilent, name) != kSilent.end()) {
        silent_ = name;
    }
    constexpr std::array<std::string_view, 8> kInline{"b",    "i", "em", "strong",
                                                      "span", "a", "u",  "font"};
    if (std::ranges::find(kInline, name) == kInline.end()) add_space();
}

void PreviewBuilder::add_entity() {
    in_ = In::text;
    const std::string name = std::exchange(word_, {});
    if (name.starts_with('#')) {
        const bool hex = name.size() > 1 && lower(name[1]) == 'x';
        std::uint32_t code = 0;
        const char* end = name.data() + name.size();
        std::from_chars(name.data() + (hex ? 2 : 1), end, code, hex ? 16 : 10);
        return add(utf8_of(code));
    }
    const auto* found =
        std::ranges::find(kEntities, name, &std::pair<std::string_view, std::string_view>::first);
    if (found != kEntities.end()) return add(found->second);
    add("&" + name + ";");
}

void PreviewBuilder::add(std::string_view text) {
    while (!text.empty() && characters_ < kPreviewCharactersMax) {
        bool cut_short = false;
        const std::size_t size = std::max<std::size_t>(utf8_sequence(text, cut_short), 1);
        const std::string_view character = text.substr(0, size);
        text.remove_prefix(size);
        if (is_white(character)) {
            add_space();
            continue;
        }
        if (is_unseen(character) || !valid_utf8(character)) continue;
        if (std::exchange(space_, false) && characters_ > 0) {
            out_ += ' ';
            ++characters_;
        }
        if (characters_ == kPreviewCharactersMax) break;
        out_ += character;
        ++characters_;
    }
}

std::string PreviewBuilder::finish() {
    if (!full()) {
        decoder_.finish(decoded_);
        take(decoded_);
        decoded_.clear();
        if (!html_ && !line_.empty()) end_line();
        if (in_ == In::entity) add("&" + word_);
    }
    if (out_.ends_with(' ')) out_.pop_back();
    return std::move(out_);
}

}  // namespace loam::mail
