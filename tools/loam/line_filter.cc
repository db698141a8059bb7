#include "tools/loam/line_filter.h"

#include <utility>

namespace loam::tool {

namespace {

constexpr std::string_view kFrom = "From ";

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
        if (c == '\r') {
            if (held_cr_) out.push_back('\r');
            after_cr_ = std::exchange(held_cr_, true);
            continue;
        }
        if (c == '\n' && !held_cr_) saw_bare_lf_ = true;
        if (std::exchange(held_cr_, false) && (c != '\n' || after_cr_)) out.push_back('\r');
        after_cr_ = false;
        out.push_back(c);
    }
}

void ToLf::finish(std::string& out) {
    if (std::exchange(held_cr_, false)) out.push_back('\r');
}

/// What was held belongs to a line that is no From_ line.
void MboxQuoting::let_go(std::string& out) {
    if (std::exchange(held_quote_, false)) out.push_back('>');
    out.append(kFrom.substr(0, std::exchange(matched_, 0)));
    state_ = State::text;
}

/// One octet of a line's start.
void MboxQuoting::step(char c, std::string& out) {
    if (c == '>' && state_ != State::from) {
        const bool hold = state_ == State::start && way_ == Way::unquote;
        if (hold) {
            held_quote_ = true;
        } else {
            out.push_back(c);
        }
        state_ = State::quotes;
        return;
    }
    if (c != kFrom[matched_]) {
        let_go(out);
        out.push_back(c);
        if (c == '\n') state_ = State::start;
        return;
    }
    state_ = State::from;
    if (++matched_ < kFrom.size()) return;
    if (way_ == Way::quote) out.push_back('>');
    held_quote_ = false;
    let_go(out);
}

void MboxQuoting::feed(std::string_view in, std::string& out) {
    while (!in.empty()) {
        if (state_ != State::text) {
            step(in.front(), out);
            in.remove_prefix(1);
            continue;
        }
        const std::size_t lf = in.find('\n');
        const std::size_t taken = lf == std::string_view::npos ? in.size() : lf + 1;
        out.append(in.substr(0, taken));
        in.remove_prefix(taken);
        if (lf != std::string_view::npos) state_ = State::start;
    }
}

void MboxQuoting::finish(std::string& out) {
    if (state_ != State::text) let_go(out);
}

}  // namespace loam::tool
