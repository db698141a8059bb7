#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "imapd/wire/command_text.h"

namespace loam::imap {

/// A cursor over one command that reads the tokens of RFC 9051 sections 4.1, 4.2, 4.4, 4.5 and 9.
/// Nothing is skipped: SP is one space. Copies are cheap, so that a parser may look ahead with one
/// and throw it away. Lifetime: borrows the CommandText; views it returns live as long as that.
/// Errors: invalid, saying what was expected at which column (from 1). Input is never quoted: it
/// may be a password. After an error the cursor stands where the token began, or within it.
class Lexer {
  public:
    explicit Lexer(const CommandText& text);

    bool at_end() const;      ///< nothing left, and no literal pending
    bool at_literal() const;  ///< the next thing is a literal whose octets are here
    bool at_pending() const;  ///< the next thing is the literal that is still on its way
    /// That literal; only where at_pending() holds.
    const LiteralSuffix& pending() const;
    char peek() const;  ///< the next octet of the line; 0 where a literal or the end is
    std::size_t column() const;

    /// Takes `c` if it is next.
    bool accept(char c);
    /// Takes `word` if it is next in any ASCII case and no letter, digit, ".", "-" or "_" follows
    /// it.
    bool accept_word(std::string_view word);

    Status expect(char c);
    Status sp() { return expect(' '); }
    Status expect_end();

    Result<std::string_view> tag();
    Result<std::string_view> atom();
    /// Letters, digits, ".", "-", "_", "=", ":" and "+": names of commands, items and options.
    /// Unlike an atom it ends at "[".
    Result<std::string_view> label();
    /// quoted / literal. UTF-8 is taken in a quoted string; CR, LF and NUL are not, nor NUL in a
    /// literal.
    Result<std::string> string();
    /// The same, and literal8 too, with any octets.
    Result<std::string> string8();
    Result<std::string> astring();
    Result<std::optional<std::string>> nstring();  ///< nullopt is NIL
    /// list-mailbox: as astring, but % and * may stand bare.
    Result<std::string> list_mailbox();
    Result<std::string> quoted();

    Result<std::uint32_t> number();       ///< 0 to 2^32-1
    Result<std::uint32_t> nz_number();    ///< 1 to 2^32-1
    Result<std::uint64_t> number64();     ///< 0 to 2^63-1
    Result<std::uint64_t> nz_number64();  ///< 1 to 2^63-1
    /// The octets of a sequence-set, for parse_sequence_set: digits : , * $. Never empty.
    Result<std::string_view> set_text();
    /// What is left of this line, up to a literal or the end; may be empty.
    std::string_view rest();

    /// "expected WHAT at column N", and the same for faults that need other words.
    Error expected(std::string_view what) const;
    Error fault(std::string_view what) const;

  private:
    std::string_view line() const;  ///< what is left of the current line
    void skip(std::size_t octets);
    template <typename Accept>
    std::string_view take_while(Accept accept);
    Result<std::uint64_t> digits(std::uint64_t max, std::string_view what);
    Result<std::string> literal(bool allow_binary);

    const CommandText* text_;
    std::size_t piece_ = 0;   // index into text_->pieces(); its size when all is read
    std::size_t offset_ = 0;  // into that piece
};

}  // namespace loam::imap
