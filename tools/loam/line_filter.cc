#include "tools/loam/line_filter.h"

#include <utility>

namespace loam::tool {

namespace {

constexpr std::string_view kFrom = "From ";
/// More ">" than this before "From " are no quoting that anybody made.
constexpr std::size_t kQuotesMax = 64;

/// `start` begins with ">"s and then some of "From ": could it still become all of it?
bool may_become_from(std::string_view start) {
    const std::size_t quotes = start.find_first_not_of('>');
    if (quotes == std::string_view::npos) return start.size() <= kQuotesMax;
    return kFrom.starts_with(start.substr(quotes));
}

}  // namespace

void ToCrlf::feed(std::string_view in, std::string& out) {
    while (!in.empty()) {
        const std::size_t lf = in.find('\n');
        const std::string_view line = in.substr(0, lf);
        out.append(line);
        if (!line.empty()) after_cr_ = line.back() == '\r';
        if (lf == std::string_view::npos) return;
        out.append(after_cr_ ? "\n" : "\r\n");
        after_cr_ = false;
        in.remove_prefix(lf + 1);
    }
}

void ToLf::feed(std::string_view in, std::string& out) {
    for (const char c : in) {
        if (std::exchange(held_cr_, false) && c != '\n') out.push_back('\r');
        if (c == '\r') {
            held_cr_ = true;
        } else {
            out.push_back(c);
        }
    }
}

void ToLf::finish(std::string& out) {
    if (std::exchange(held_cr_, false)) out.push_back('\r');
}

void MboxQuoting::decide(std::string& out) {
    const std::size_t quotes = start_.find_first_not_of('>');
    const bool from = quotes != std::string::npos && start_.substr(quotes) == kFrom;
    if (from && way_ == Way::quote) out.push_back('>');
    if (from && way_ == Way::unquote && quotes > 0) start_.erase(0, 1);
    out.append(start_);
    start_.clear();
    deciding_ = false;
}

void MboxQuoting::feed(std::string_view in, std::string& out) {
    while (!in.empty()) {
        if (deciding_) {
            const char c = in.front();
            if (c != '\n' && may_become_from(start_ + c)) {
                start_.push_back(c);
                in.remove_prefix(1);
                if (start_.ends_with(kFrom)) decide(out);
                continue;
            }
            decide(out);
        }
        const std::size_t lf = in.find('\n');
        const std::size_t taken = lf == std::string_view::npos ? in.size() : lf + 1;
        out.append(in.substr(0, taken));
        in.remove_prefix(taken);
        deciding_ = lf != std::string_view::npos;
    }
}

void MboxQuoting::finish(std::string& out) {
    if (deciding_) decide(out);
}

}  // namespace loam::tool
