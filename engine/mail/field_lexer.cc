#include "engine/mail/field_lexer.h"

namespace loam::mail {

bool FieldLexer::take(char c) {
    if (at_end() || text_[position_] != c) return false;
    ++position_;
    return true;
}

void FieldLexer::skip_white_space() {
    while (!at_end() && is_field_space(text_[position_]))
        ++position_;
}

void FieldLexer::skip_cfws() {
    while (true) {
        skip_white_space();
        if (!take('(')) return;
        read_comment();
    }
}

// Comments nest. One that is not closed goes to the end of the field.
void FieldLexer::read_comment() {
    std::string text;
    std::size_t depth = 1;
    while (!at_end()) {
        char c = text_[position_++];
        if (c == '\\' && !at_end()) {
            c = text_[position_++];
        } else if (c == '(') {
            ++depth;
        } else if (c == ')' && --depth == 0) {
            break;
        } else if (c == '\r' || c == '\n') {
            continue;
        }
        text += c;
    }
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string::npos) return;
    comment_ = text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

std::string_view FieldLexer::run_until(std::string_view stops) {
    const std::size_t start = position_;
    while (!at_end() && !is_field_space(text_[position_]) &&
           stops.find(text_[position_]) == std::string_view::npos) {
        ++position_;
    }
    return text_.substr(start, position_ - start);
}

std::string FieldLexer::quoted_string() {
    std::string out;
    if (!take('"')) return out;
    while (!at_end()) {
        const char c = text_[position_++];
        if (c == '"') return out;
        if (c == '\r' || c == '\n') continue;
        if (c == '\\' && !at_end()) {
            out += text_[position_++];
        } else {
            out += c;
        }
    }
    return out;
}

}  // namespace loam::mail
