#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace loam::mail {

/// One field of a header block: RFC 5322 section 2.2. All are views into the block.
struct HeaderField {
    std::string_view name;  ///< without white space before the colon; empty: the line is no field
    std::string_view body;  ///< after the colon, still folded, without the last line end
    std::string_view raw;   ///< the whole field with its line ends
};

/// Walks through a header block, up to its blank line or its end. Line ends are CRLF or LF.
/// Lines that are no field, such as an mbox "From " line, come out with an empty name.
class HeaderReader {
  public:
    explicit HeaderReader(std::string_view block) : rest_(block) {}
    std::optional<HeaderField> next();
    /// What was not read yet: at the end the blank line, if there is one.
    std::string_view rest() const { return rest_; }

  private:
    std::string_view rest_;
};

/// The first field of that name, any case.
std::optional<HeaderField> find_field(std::string_view block, std::string_view name);

/// The body of a field with its folding undone (RFC 5322 section 2.2.3): line ends go, the white
/// space after them stays; white space at both ends goes. A CR or LF that is left becomes a space.
std::string unfold(std::string_view body);

/// BODY[HEADER.FIELDS (names)] or, with `except`, BODY[HEADER.FIELDS.NOT (names)]: the raw fields
/// in their order, then the blank line, if the block has one: RFC 9051 section 6.4.5.1.
std::string select_fields(std::string_view block, std::span<const std::string> names, bool except);

/// ASCII letters of either case are the same.
bool equal_nocase(std::string_view a, std::string_view b);

}  // namespace loam::mail
