#include "tools/loam/line_reader.h"

#include <algorithm>

namespace loam::tool {

namespace {

constexpr std::size_t kBufferBytes = 64U << 10;

}  // namespace

LineReader::LineReader(const std::string& path, std::size_t head_bytes_max)
    : file_(path, std::ios::binary), head_bytes_max_(head_bytes_max), failed_(!file_) {}

bool LineReader::refill() {
    if (failed_) return false;
    buffer_.resize(kBufferBytes);
    file_.read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    rest_ = std::string_view(buffer_).substr(0, static_cast<std::size_t>(file_.gcount()));
    if (file_.bad()) failed_ = true;
    return !rest_.empty();
}

void LineReader::take(std::string_view piece) {
    if (piece.empty()) return;
    head_.append(piece.substr(0, head_bytes_max_ - std::min(head_bytes_max_, head_.size())));
    bytes_ += piece.size();
    text_bytes_ += piece.size();
    last_ = piece.back();
}

bool LineReader::next() {
    offset_ += bytes_;
    bytes_ = 0;
    text_bytes_ = 0;
    head_.clear();
    last_ = '\0';
    ended_ = false;
    while (!ended_) {
        if (rest_.empty() && !refill()) break;
        const std::size_t lf = rest_.find('\n');
        take(rest_.substr(0, lf));
        ended_ = lf != std::string_view::npos;
        rest_.remove_prefix(ended_ ? lf + 1 : rest_.size());
    }
    if (ended_) {
        ++bytes_;
        // A CR that was cut off is no matter: then the head is not whole.
        if (last_ == '\r') {
            if (head_.size() == text_bytes_) head_.pop_back();
            --text_bytes_;
        }
    }
    return bytes_ > 0;
}

}  // namespace loam::tool
