#include "bench/load/response_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace loam::load {

namespace {

constexpr std::array<std::string_view, 5> kStatusWords = {"OK", "NO", "BAD", "BYE", "PREAUTH"};

/// Takes the characters up to the next space off `text`, and the space.
std::string_view take_word(std::string_view& text) {
    const std::size_t space = text.find(' ');
    const std::string_view word = text.substr(0, space);
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
    return word;
}

bool is_status(std::string_view word) {
    return std::ranges::find(kStatusWords, word) != kStatusWords.end();
}

/// Text for people follows: a status response or a continuation request.
bool starts_human_text(std::string_view line) {
    const std::string_view tag = take_word(line);
    return tag == "+" || tag != "*" || is_status(take_word(line));
}

/// Walks quoted strings and parentheses of one line. Errors: corrupt.
Status walk_structure(std::string_view line, int& depth) {
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (quoted) {
            if (c == '\\') ++i;
            if (c == '"') quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == '(') {
            ++depth;
        } else if (c == ')' && --depth < 0) {
            return fail(Errc::corrupt, "response: ')' without '('");
        }
    }
    if (quoted) return fail(Errc::corrupt, "response: quoted string does not end on its line");
    return Status::good();
}

}  // namespace

std::optional<std::uint64_t> literal_size_at_end(std::string_view line) {
    if (line.empty() || line.back() != '}') return std::nullopt;
    const std::size_t open = line.rfind('{');
    if (open == std::string_view::npos || open + 2 >= line.size()) return std::nullopt;
    std::uint64_t size = 0;
    const char* const last = line.data() + line.size() - 1;
    const auto [end, error] = std::from_chars(line.data() + open + 1, last, size);
    if (error != std::errc{} || end != last) return std::nullopt;
    return size;
}

char* ResponseReader::prepare(std::size_t size_bytes) {
    if (begin_ == end_) {
        begin_ = end_ = scanned_ = looked_ = 0;
    } else if (buffer_.size() - end_ < size_bytes && begin_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        for (LiteralSpan& literal : literals_)
            literal.begin -= begin_;
        scanned_ -= begin_;
        looked_ -= begin_;
        end_ -= begin_;
        begin_ = 0;
    }
    if (buffer_.size() - end_ < size_bytes)
        buffer_.resize(std::max(end_ + size_bytes, buffer_.size() * 2));
    return buffer_.data() + end_;
}

void ResponseReader::feed(std::string_view octets) {
    octets.copy(prepare(octets.size()), octets.size());
    commit(octets.size());
}

Result<std::optional<Response>> ResponseReader::next() {
    LOAM_TRY(const bool whole, scan_lines());
    if (!whole) return std::optional<Response>{};
    LOAM_TRY(Response response, classify());
    begin_ = looked_ = scanned_;
    literals_.clear();
    depth_ = 0;
    return std::optional<Response>(std::move(response));
}

/// Looks at line after line of one response until one does not end in a literal. False: more is
/// needed.
Result<bool> ResponseReader::scan_lines() {
    while (true) {
        if (scanned_ > end_) return false;  // inside a literal
        looked_ = std::max(looked_, scanned_);
        const std::string_view unseen(buffer_.data() + looked_, end_ - looked_);
        const std::size_t feed_at = unseen.find('\n');
        if (feed_at == std::string_view::npos) {
            looked_ = end_;
            if (end_ - scanned_ > kLineBytesMax)
                return fail(Errc::limit, "response: line too long");
            return false;
        }
        const std::size_t line_end = looked_ + feed_at;
        if (line_end == scanned_ || buffer_[line_end - 1] != '\r')
            return fail(Errc::corrupt, "response: LF without CR");
        const std::string_view line(buffer_.data() + scanned_, line_end - 1 - scanned_);
        if (scanned_ == begin_) is_text_ = starts_human_text(line);
        LOAM_TRY(const auto literal, scan_line(line, line_end + 1));
        scanned_ = line_end + 1;
        if (!literal) return true;
        literals_.push_back(*literal);
        scanned_ += literal->size_bytes;
    }
}

/// Checks one line; returns the literal that it announces, which starts at `offset`.
Result<std::optional<LiteralSpan>> ResponseReader::scan_line(std::string_view line,
                                                             std::size_t offset) {
    if (line.find('\r') != std::string_view::npos || line.find('\0') != std::string_view::npos)
        return fail(Errc::corrupt, "response: CR or NUL inside a line");
    if (is_text_) return std::optional<LiteralSpan>{};
    LOAM_TRY_STATUS(walk_structure(line, depth_));
    const auto size = literal_size_at_end(line);
    if (!size) {
        if (depth_ != 0) return fail(Errc::corrupt, "response: '(' without ')'");
        return std::optional<LiteralSpan>{};
    }
    if (*size > kLiteralBytesMax) return fail(Errc::limit, "response: literal too large");
    return std::optional<LiteralSpan>({.begin = offset, .size_bytes = *size});
}

/// response := ("*" | "+" | tag) SP rest CRLF
Result<Response> ResponseReader::classify() const {
    Response response;
    response.line = std::string_view(buffer_.data() + begin_, scanned_ - 2 - begin_);
    response.rest = response.line;
    response.tag = take_word(response.rest);
    for (const LiteralSpan& literal : literals_)
        response.literals.push_back({literal.begin - begin_, literal.size_bytes});
    if (response.tag.empty()) return fail(Errc::corrupt, "response: empty line or leading space");
    if (response.tag == "+") {
        response.kind = ResponseKind::continuation;
        return response;
    }
    response.kind = response.tag == "*" ? ResponseKind::untagged : ResponseKind::tagged;
    std::string_view after = response.rest;
    const std::string_view word = take_word(after);
    if (is_status(word)) {
        response.status = word;
        response.rest = after;
    }
    const bool may_be_tagged =
        response.status == "OK" || response.status == "NO" || response.status == "BAD";
    if (response.kind == ResponseKind::tagged && !may_be_tagged)
        return fail(Errc::corrupt, "response: neither '*', '+' nor a tag with OK, NO or BAD");
    return response;
}

}  // namespace loam::load
