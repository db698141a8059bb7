#include "imapd/wire/input_buffer.h"

#include <algorithm>
#include <utility>

namespace loam::imap {

void InputBuffer::append(Bytes bytes) {
    if (begin_ > 0) {
        octets_.erase(0, begin_);
        searched_ -= begin_;
        if (line_end_ != kNone) line_end_ -= begin_;
        begin_ = 0;
    }
    octets_ += as_text(bytes);
}

void InputBuffer::find_line_end() {
    if (line_end_ != kNone) return;
    line_end_ = octets_.find('\n', searched_);
    searched_ = line_end_ == kNone ? octets_.size() : line_end_;
    if (line_end_ != kNone || size() <= line_bytes_max_ + 1) return;  // a CR may be the last
    skipping_ = true;
    begin_ = octets_.size();
}

bool InputBuffer::has_line() {
    find_line_end();
    return line_end_ != kNone;
}

std::optional<Result<std::string>> InputBuffer::take_line() {
    if (!has_line()) return std::nullopt;
    std::string line = octets_.substr(begin_, line_end_ - begin_);
    begin_ = line_end_ + 1;
    searched_ = begin_;
    line_end_ = kNone;
    if (line.ends_with('\r')) line.pop_back();
    if (std::exchange(skipping_, false) || line.size() > line_bytes_max_) {
        return fail(Errc::limit, "line too long");
    }
    return line;
}

Bytes InputBuffer::take(std::uint64_t max) {
    const std::size_t count = static_cast<std::size_t>(std::min<std::uint64_t>(max, size()));
    const std::string_view view = std::string_view(octets_).substr(begin_, count);
    begin_ += count;
    searched_ = std::max(searched_, begin_);
    if (line_end_ != kNone && line_end_ < begin_) line_end_ = kNone;
    if (line_end_ == kNone) searched_ = begin_;
    return as_bytes(view);
}

void InputBuffer::release() {
    if (!empty()) return;
    octets_ = std::string();
    begin_ = searched_ = 0;
    line_end_ = kNone;
}

}  // namespace loam::imap
