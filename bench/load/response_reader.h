#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace loam::load {

enum class ResponseKind {
    tagged,        ///< `a1 OK text`
    untagged,      ///< `* anything`
    continuation,  ///< `+ text`
};

/// Where the octets of one literal lie in Response::line.
struct LiteralSpan {
    std::size_t begin = 0;
    std::size_t size_bytes = 0;
};

/// One server response: RFC 9051 section 7. Views point into the reader and live until its next
/// call.
struct Response {
    ResponseKind kind = ResponseKind::untagged;
    std::string_view tag;     ///< the tag, `*` or `+`
    std::string_view status;  ///< OK, NO, BAD, BYE or PREAUTH; empty when it is none of them
    std::string_view rest;    ///< what follows the status, or the tag when there is no status
    std::string_view line;    ///< all of it, literals included, without the last CRLF
    std::vector<LiteralSpan> literals;
};

/// Cuts a stream of octets into responses, strictly: CRLF ends a line, quoted strings end on their
/// line, parentheses balance, a literal's octets are never looked at. Knows nothing of sockets.
/// Thread:    one; no lock inside.
/// Errors:    corrupt (not IMAP), limit (a line or literal larger than the named limits). After an
/// error
///            the reader is of no more use.
class ResponseReader {
  public:
    static constexpr std::size_t kLineBytesMax = 64U << 20;
    static constexpr std::size_t kLiteralBytesMax = 1U << 30;

    /// Room for at least `size_bytes` more octets; fill its start, then say how many with commit().
    char* prepare(std::size_t size_bytes);
    void commit(std::size_t size_bytes) { end_ += size_bytes; }
    void feed(std::string_view octets);

    /// The next whole response, or nothing when more octets are needed.
    Result<std::optional<Response>> next();

    /// No part of a response is waiting.
    bool empty() const { return begin_ == end_; }

  private:
    Result<bool> scan_lines();
    Result<std::optional<LiteralSpan>> scan_line(std::string_view line, std::size_t offset);
    Result<Response> classify() const;

    std::string buffer_;
    std::size_t begin_ = 0;    ///< start of the response being read
    std::size_t end_ = 0;      ///< end of what was received
    std::size_t scanned_ = 0;  ///< start of the first line of this response that was not looked at
    std::size_t looked_ = 0;   ///< no line end lies before this
    int depth_ = 0;            ///< parentheses open so far
    bool is_text_ = false;     ///< the response is human text: no literals, quotes or lists in it
    std::vector<LiteralSpan> literals_;
};

/// The number between the braces of `{n}` or `~{n}` at the end of `line`, if there is one.
std::optional<std::uint64_t> literal_size_at_end(std::string_view line);

}  // namespace loam::load
