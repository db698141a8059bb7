#include "engine/mail/encoded_word.h"

#include <optional>

#include "engine/codec/base64.h"
#include "engine/mail/charset.h"
#include "engine/mail/header.h"

namespace loam::mail {

namespace {

struct EncodedWord {
    std::string_view charset;
    char encoding = 'q';
    std::string_view text;
    std::size_t bytes = 0;  // of all of it
};

bool is_space(char c) {
    return c == ' ' || c == '\t';
}

// encoded-word = "=?" charset ["*" language] "?" encoding "?" encoded-text "?="
std::optional<EncodedWord> read_word(std::string_view text) {
    constexpr std::string_view kStart = "=?";
    if (!text.starts_with(kStart)) return std::nullopt;
    const std::size_t charset_end = text.find('?', kStart.size());
    if (charset_end == text.npos || charset_end == kStart.size()) return std::nullopt;
    if (charset_end + 2 >= text.size() || text[charset_end + 2] != '?') return std::nullopt;
    const char encoding = text[charset_end + 1];
    if (std::string_view("qQbB").find(encoding) == std::string_view::npos) return std::nullopt;
    std::string_view charset = text.substr(kStart.size(), charset_end - kStart.size());
    charset = charset.substr(0, charset.find('*'));
    if (charset.find_first_of(" \t") != charset.npos) return std::nullopt;
    const std::size_t start = charset_end + 3;
    const std::size_t end = text.find("?=", start);
    if (end == text.npos) return std::nullopt;
    return EncodedWord{.charset = charset,
                       .encoding = encoding,
                       .text = text.substr(start, end - start),
                       .bytes = end + 2};
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// RFC 2047 section 4.2. An "=" without two hex digits stays.
void append_q(std::string_view text, std::string& out) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '_') {
            out += ' ';
            continue;
        }
        const bool escape = text[i] == '=' && i + 2 < text.size();
        const int high = escape ? hex_value(text[i + 1]) : -1;
        const int low = high >= 0 ? hex_value(text[i + 2]) : -1;
        if (low < 0) {
            out += text[i];
            continue;
        }
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
}

void append_b(std::string_view text, std::string& out) {
    Base64Decoder decoder;
    ByteVector octets;
    decoder.feed(as_bytes(text), octets);
    decoder.finish(octets);
    out += as_text(octets);
}

// Collects the octets of words side by side until the charset changes or other text comes.
class WordRun {
  public:
    explicit WordRun(std::string& out) : out_(out) {}
    void add(const EncodedWord& word) {
        if (!open_ || !equal_nocase(charset_, word.charset)) end();
        charset_ = word.charset;
        open_ = true;
        if (word.encoding == 'b' || word.encoding == 'B') {
            append_b(word.text, octets_);
        } else {
            append_q(word.text, octets_);
        }
    }
    void end() {
        if (open_) out_ += to_utf8(octets_, charset_);
        octets_.clear();
        open_ = false;
    }
    bool open() const { return open_; }

  private:
    std::string& out_;
    std::string octets_;
    std::string charset_;
    bool open_ = false;
};

std::size_t spaces_at(std::string_view text) {
    std::size_t count = 0;
    while (count < text.size() && is_space(text[count]))
        ++count;
    return count;
}

// Octets up to where the next encoded word might begin.
std::size_t plain_bytes(std::string_view text) {
    const std::size_t next = text.find("=?", 1);
    return next == text.npos ? text.size() : next;
}

}  // namespace

std::string decode_encoded_words(std::string_view unfolded) {
    std::string out;
    WordRun run(out);
    std::string plain;
    const auto end_plain = [&] {
        out += to_utf8(plain, "");
        plain.clear();
    };
    // Behind the last "?=" no word ends. Without this cut a text full of beginnings takes quadratic
    // time.
    const std::size_t last_end = unfolded.rfind("?=");
    std::string_view words = unfolded.substr(0, last_end == unfolded.npos ? 0 : last_end + 2);
    const std::string_view rest = unfolded.substr(words.size());
    while (!words.empty()) {
        if (const auto word = read_word(words)) {
            end_plain();
            run.add(*word);
            words.remove_prefix(word->bytes);
            // Spaces between two encoded words are there for the encoding only.
            const std::size_t spaces = spaces_at(words);
            if (spaces > 0 && read_word(words.substr(spaces))) words.remove_prefix(spaces);
            continue;
        }
        run.end();
        const std::size_t bytes = plain_bytes(words);
        plain += words.substr(0, bytes);
        words.remove_prefix(bytes);
    }
    run.end();
    plain += rest;
    end_plain();
    return out;
}

}  // namespace loam::mail
