#include "engine/mail/line_scanner.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "engine/mail/tree_builder.h"

namespace loam::mail {

namespace {

std::string_view without_line_end(std::string_view line) {
    if (line.ends_with('\n')) line.remove_suffix(1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

// Octets up to where the next line begins with "-", or all of them.
std::size_t lines_without_dash(std::string_view text) {
    std::size_t at = 0;
    while (true) {
        const std::size_t end = text.find('\n', at);
        if (end == text.npos || end + 1 == text.size()) return text.size();
        at = end + 1;
        if (text[at] == '-') return at;
    }
}

bool may_be_delimiter(std::string_view text) {
    return text.starts_with("--") || text == "-";
}

// The first line with its line end. Empty if it is too long for a delimiter; nothing if it is not
// all there yet.
std::optional<std::string_view> first_line(std::string_view text, bool last) {
    const std::size_t end = text.substr(0, kDelimiterLineBytesMax).find('\n');
    if (end != text.npos) return text.substr(0, end + 1);
    if (text.size() >= kDelimiterLineBytesMax) return std::string_view{};
    if (last) return text;
    return std::nullopt;
}

}  // namespace

void LineScanner::feed(Bytes raw) {
    std::string_view text = as_text(raw);
    while (!kept_.empty() && !text.empty()) {
        // One line end or one line's worth of octets settles what was kept.
        const std::size_t end = text.find('\n');
        const std::size_t wanted = end == text.npos ? text.size() : end + 1;
        const std::size_t bytes = std::min(wanted, kDelimiterLineBytesMax);
        kept_ += text.substr(0, bytes);
        text.remove_prefix(bytes);
        kept_.erase(0, consume(kept_, false));
    }
    if (text.empty()) return;
    kept_ = text.substr(consume(text, false));
}

void LineScanner::finish() {
    const std::size_t done = consume(kept_, true);
    kept_.erase(0, done);
}

std::size_t LineScanner::consume(std::string_view text, bool last) {
    std::size_t done = 0;
    while (done < text.size()) {
        const std::string_view rest = text.substr(done);
        const std::size_t bytes =
            at_line_start_ ? consume_line_start(rest, last) : consume_rest_of_line(rest, last);
        if (bytes == 0) break;  // more is needed
        done += bytes;
    }
    return done;
}

// A CR at the end stays back: it may be half of a line end.
std::size_t LineScanner::pass_on(std::string_view piece, bool last) {
    if (!last && piece.ends_with('\r')) piece.remove_suffix(1);
    if (piece.empty()) return 0;
    if (builder_.in_header()) {
        builder_.header(piece);
    } else {
        builder_.body(piece);
    }
    at_line_start_ = piece.ends_with('\n');
    return piece.size();
}

std::size_t LineScanner::consume_rest_of_line(std::string_view text, bool last) {
    const std::size_t end = text.find('\n');
    return pass_on(text.substr(0, end == text.npos ? text.size() : end + 1), last);
}

std::size_t LineScanner::consume_line_start(std::string_view text, bool last) {
    if (builder_.has_boundaries() && may_be_delimiter(text)) {
        const auto line = first_line(text, last);
        if (!line) return 0;
        if (const auto delimiter = builder_.match(without_line_end(*line))) {
            builder_.delimiter(*delimiter, *line);
            return line->size();
        }
    }
    return builder_.in_header() ? consume_header_line(text, last) : consume_body(text, last);
}

std::size_t LineScanner::consume_header_line(std::string_view text, bool last) {
    if (text.front() == '\r' && text.size() < 2 && !last) return 0;
    for (const std::string_view line_end : {"\n", "\r\n"}) {
        if (!text.starts_with(line_end)) continue;
        builder_.blank_line(line_end);
        return line_end.size();
    }
    return consume_rest_of_line(text, last);
}

// The first line is no delimiter; those after it need a look only if they begin with a dash.
std::size_t LineScanner::consume_body(std::string_view text, bool last) {
    const std::size_t bytes = builder_.has_boundaries() ? lines_without_dash(text) : text.size();
    return pass_on(text.substr(0, bytes), last);
}

}  // namespace loam::mail
