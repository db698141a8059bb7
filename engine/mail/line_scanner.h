#pragma once

#include <cstddef>
#include <string>

#include "engine/base/bytes.h"

namespace loam::mail {

class TreeBuilder;

/// The longest line that can be a delimiter, its line end included. Longer lines are text.
inline constexpr std::size_t kDelimiterLineBytesMax = 2048;

/// Cuts a stream into what TreeBuilder wants to know: header lines, the empty line, delimiters, and
/// runs of body octets that hold no delimiter. Keeps back what cannot be told yet, which is at most
/// one line that begins with "--", or a CR.
/// Lifetime: borrows `builder`.
class LineScanner {
  public:
    explicit LineScanner(TreeBuilder& builder) : builder_(builder) {}

    void feed(Bytes raw);
    /// The stream ends: what was kept back is told now.
    void finish();

  private:
    std::size_t consume(std::string_view text, bool last);
    std::size_t consume_rest_of_line(std::string_view text, bool last);
    std::size_t consume_line_start(std::string_view text, bool last);
    std::size_t consume_header_line(std::string_view text, bool last);
    std::size_t consume_body(std::string_view text, bool last);
    std::size_t pass_on(std::string_view piece, bool last);

    TreeBuilder& builder_;
    std::string kept_;
    bool at_line_start_ = true;
};

}  // namespace loam::mail
