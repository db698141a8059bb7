#include "imapd/wire/lexer.h"

#include <limits>

#include "engine/base/check.h"
#include "imapd/wire/chars.h"

namespace loam::imap {
namespace {

constexpr auto kNumberMax = std::uint64_t{std::numeric_limits<std::uint32_t>::max()};
constexpr auto kNumber64Max = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

// Where a word ends: "FLAGS" is not the beginning of "FLAGS.SILENT", but "BODY" is that of "BODY[".
bool continues_word(char c) {
    return is_alpha(c) || is_digit(c) || c == '.' || c == '-' || c == '_';
}

bool is_label_char(char c) {
    return continues_word(c) || c == '=' || c == ':' || c == '+';
}

bool is_set_char(char c) {
    return is_digit(c) || c == ':' || c == ',' || c == '*' || c == '$';
}

}  // namespace

Lexer::Lexer(const CommandText& text) : text_(&text) {
    skip(0);
}

std::string_view Lexer::line() const {
    if (piece_ >= text_->pieces().size()) return {};
    const CommandText::Piece& piece = text_->pieces()[piece_];
    if (piece.is_literal) return {};
    return std::string_view(piece.octets).substr(offset_);
}

void Lexer::skip(std::size_t octets) {
    offset_ += octets;
    const auto& pieces = text_->pieces();
    // Step over a finished line to its literal, and over an empty one that began there.
    while (piece_ < pieces.size() && !pieces[piece_].is_literal &&
           offset_ == pieces[piece_].octets.size()) {
        ++piece_;
        offset_ = 0;
    }
}

template <typename Accept>
std::string_view Lexer::take_while(Accept accept) {
    const std::string_view all = line();
    std::size_t octets = 0;
    while (octets < all.size() && accept(all[octets]))
        ++octets;
    skip(octets);
    return all.substr(0, octets);
}

bool Lexer::at_literal() const {
    return line().empty() && piece_ < text_->pieces().size() && text_->pieces()[piece_].is_literal;
}

bool Lexer::at_pending() const {
    return line().empty() && !at_literal() && text_->pending().has_value();
}

const LiteralSuffix& Lexer::pending() const {
    const auto& literal = text_->pending();
    LOAM_CHECK(literal.has_value());
    LOAM_CHECK(at_pending());
    return *literal;
}

bool Lexer::at_end() const {
    return line().empty() && !at_literal() && !text_->pending();
}

char Lexer::peek() const {
    const std::string_view all = line();
    return all.empty() ? '\0' : all.front();
}

std::size_t Lexer::column() const {
    if (piece_ >= text_->pieces().size()) return text_->size_bytes() + 1;
    return text_->pieces()[piece_].at_bytes + offset_ + 1;
}

bool Lexer::accept(char c) {
    if (line().empty() || line().front() != c) return false;
    skip(1);
    return true;
}

bool Lexer::accept_word(std::string_view word) {
    const std::string_view all = line();
    if (!ascii_iequals(all.substr(0, word.size()), word)) return false;
    if (all.size() > word.size() && continues_word(all[word.size()])) return false;
    skip(word.size());
    return true;
}

Status Lexer::expect(char c) {
    if (accept(c)) return Status::good();
    return expected(c == ' ' ? "a space" : std::string{'"', c, '"'});
}

Status Lexer::expect_end() {
    if (at_end()) return Status::good();
    return expected("the end of the command");
}

// tag := 1*<ASTRING-CHAR except "+">
Result<std::string_view> Lexer::tag() {
    const std::string_view tag = take_while([](char c) { return is_astring_char(c) && c != '+'; });
    if (tag.empty()) return expected("a tag");
    return tag;
}

Result<std::string_view> Lexer::atom() {
    const std::string_view atom = take_while(is_atom_char);
    if (atom.empty()) return expected("an atom");
    return atom;
}

Result<std::string_view> Lexer::label() {
    const std::string_view label = take_while(is_label_char);
    if (label.empty()) return expected("a name");
    return label;
}

// quoted := DQUOTE *(TEXT-CHAR / "\" quoted-specials / UTF8) DQUOTE
Result<std::string> Lexer::quoted() {
    if (peek() != '"') return expected("a quoted string");
    const std::string_view all = line();
    std::string value;
    std::size_t at = 1;
    for (; at < all.size() && all[at] != '"'; ++at) {
        if (all[at] == '\\') {
            ++at;
            if (at == all.size() || (all[at] != '"' && all[at] != '\\'))
                return fault("only \" and \\ may follow \\ in a quoted string");
        }
        if (all[at] == '\r' || all[at] == '\n' || all[at] == '\0')
            return fault("CR, LF or NUL in a quoted string");
        value += all[at];
    }
    if (at >= all.size()) return fault("quoted string without its end");
    if (!is_utf8(value)) return fault("quoted string is not UTF-8");
    skip(at + 1);
    return value;
}

Result<std::string> Lexer::literal(bool allow_binary) {
    const CommandText::Piece& piece = text_->pieces()[piece_];
    if (piece.binary && !allow_binary) return fault("a literal8 is not allowed here");
    if (!allow_binary && piece.octets.find('\0') != std::string::npos)
        return fault("NUL in a literal");
    ++piece_;
    offset_ = 0;
    skip(0);
    return piece.octets;
}

Result<std::string> Lexer::string() {
    if (at_literal()) return literal(false);
    if (peek() == '"') return quoted();
    return expected("a string");
}

Result<std::string> Lexer::string8() {
    if (at_literal()) return literal(true);
    if (peek() == '"') return quoted();
    return expected("a string");
}

Result<std::string> Lexer::astring() {
    if (at_literal() || peek() == '"') return string();
    const std::string_view bare = take_while(is_astring_char);
    if (bare.empty()) return expected("a string");
    return std::string(bare);
}

Result<std::optional<std::string>> Lexer::nstring() {
    using Nstring = std::optional<std::string>;
    if (at_literal() || peek() == '"') {
        LOAM_TRY(std::string value, string());
        return Nstring{std::move(value)};
    }
    Lexer ahead = *this;
    const auto atom = ahead.atom();
    if (!atom || !ascii_iequals(*atom, "NIL")) return expected("a string or NIL");
    *this = ahead;
    return Nstring{};
}

Result<std::string> Lexer::list_mailbox() {
    if (at_literal() || peek() == '"') return string();
    const std::string_view bare = take_while(is_list_char);
    if (bare.empty()) return expected("a mailbox pattern");
    return std::string(bare);
}

Result<std::uint64_t> Lexer::digits(std::uint64_t max, std::string_view what) {
    Lexer ahead = *this;
    const std::string_view digits = ahead.take_while(is_digit);
    if (digits.empty()) return expected(what);
    std::uint64_t value = 0;
    for (const char c : digits) {
        const auto digit = static_cast<std::uint64_t>(c - '0');
        if (value > (max - digit) / 10) return fault("number too large");
        value = value * 10 + digit;
    }
    *this = ahead;
    return value;
}

Result<std::uint32_t> Lexer::number() {
    LOAM_TRY(const std::uint64_t value, digits(kNumberMax, "a number"));
    return static_cast<std::uint32_t>(value);
}

Result<std::uint32_t> Lexer::nz_number() {
    if (peek() == '0') return expected("a number from 1 on");
    return number();
}

Result<std::uint64_t> Lexer::number64() {
    return digits(kNumber64Max, "a number");
}

Result<std::uint64_t> Lexer::nz_number64() {
    if (peek() == '0') return expected("a number from 1 on");
    return number64();
}

Result<std::string_view> Lexer::set_text() {
    const std::string_view set = take_while(is_set_char);
    if (set.empty()) return expected("a sequence set");
    return set;
}

std::string_view Lexer::rest() {
    return take_while([](char) { return true; });
}

Error Lexer::expected(std::string_view what) const {
    return fault("expected " + std::string(what));
}

Error Lexer::fault(std::string_view what) const {
    return fail(Errc::invalid, std::string(what) + " at column " + std::to_string(column()));
}

}  // namespace loam::imap
