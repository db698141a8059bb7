#pragma once

#include <string>
#include <string_view>

namespace loam::mail {

/// Reads the words of a structured field body, folded or not: RFC 5322 section 3.2, RFC 2045
/// section 5.1. Line ends count as white space. Borrows the text.
class FieldLexer {
  public:
    explicit FieldLexer(std::string_view text) : text_(text) {}

    bool at_end() const { return position_ >= text_.size(); }
    /// The next octet; NUL at the end.
    char peek() const { return at_end() ? '\0' : text_[position_]; }
    bool take(char c);
    void skip() { ++position_; }
    /// White space and comments. The text of the last comment stays in comment().
    void skip_cfws();
    void skip_white_space();
    /// All octets up to white space or one of `stops`.
    std::string_view run_until(std::string_view stops);
    /// The content of the quoted string at hand, backslashes and folding undone. Without a closing
    /// quote it goes to the end.
    std::string quoted_string();
    /// The text of the last comment that skip_cfws() went over, trimmed; empty if none.
    const std::string& comment() const { return comment_; }
    void forget_comment() { comment_.clear(); }

    std::size_t position() const { return position_; }
    void go_to(std::size_t position) { position_ = position; }
    std::string_view rest() const {
        return text_.substr(position_ < text_.size() ? position_ : text_.size());
    }

  private:
    void read_comment();

    std::string_view text_;
    std::size_t position_ = 0;
    std::string comment_;
};

inline bool is_field_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

}  // namespace loam::mail
