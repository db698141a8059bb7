#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace loam::imap {

/// One command in memory, lines and argument literals together. RFC 2683 section 3.2.1.5 asks for
/// 8,000 octets.
inline constexpr std::size_t kCommandBytesMax = 64U << 10;
/// One literal that is an argument (a name, a password, a search string). A message is streamed
/// instead.
inline constexpr std::size_t kArgumentLiteralBytesMax = 8U << 10;
/// Literals in one command.
inline constexpr std::size_t kCommandLiteralsMax = 512;
/// Largest non-synchronising literal, as LITERAL- has it: RFC 7888 section 5.
inline constexpr std::uint64_t kNonSyncLiteralBytesMax = 4096;

/// What the end of a line announces: {5} {5+} ~{5} ~{5+}. RFC 9051 sections 4.2 and 4.3, RFC 7888
/// sections 3, 6 and 8, RFC 4466 section 3 (literal8).
struct LiteralSuffix {
    std::uint64_t size_bytes = 0;
    bool non_sync = false;     ///< the octets come without our "+"
    bool binary = false;       ///< "~": NUL may occur
    std::size_t at_bytes = 0;  ///< where in the line the suffix begins
    friend bool operator==(const LiteralSuffix&, const LiteralSuffix&) = default;
};

/// `line` comes without its CRLF. nullopt: no literal follows. Errors: limit (a size beyond 63
/// bits: nobody can tell where the next command begins, so the connection ends).
Result<std::optional<LiteralSuffix>> parse_literal_suffix(std::string_view line);

/// The pieces of one command, in the order in which they came: a line, its literal, the next line,
/// ... The connection fills it; a Lexer walks over it. The octets live as long as this object.
class CommandText {
  public:
    struct Piece {
        std::string octets{};
        bool is_literal = false;
        bool binary = false;  ///< a literal8
        std::size_t at_bytes =
            0;  ///< octets of the command before this piece, for columns in messages
    };

    /// Adds a line without its CRLF, and returns the literal it announces, which is then pending:
    /// the caller adds its octets and the next line, or, where it is a message, leaves it pending
    /// for the command to stream. Errors: limit (kCommandBytesMax, kCommandLiteralsMax, size). A
    /// literal must not be pending.
    Result<std::optional<LiteralSuffix>> add_line(std::string_view line);
    /// Adds the octets of the pending literal. Errors: limit (kArgumentLiteralBytesMax,
    /// kCommandBytesMax).
    Status add_literal(std::string octets);
    /// A literal was announced and its octets were not added.
    const std::optional<LiteralSuffix>& pending() const { return pending_; }

    const std::vector<Piece>& pieces() const { return pieces_; }
    std::size_t size_bytes() const { return size_bytes_; }
    bool empty() const { return pieces_.empty(); }
    void clear();

  private:
    std::vector<Piece> pieces_;
    std::optional<LiteralSuffix> pending_;
    std::size_t size_bytes_ = 0;
    std::size_t literals_ = 0;
};

}  // namespace loam::imap
