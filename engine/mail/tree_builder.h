#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/mail/leaf_meter.h"
#include "engine/mail/parsed_message.h"
#include "engine/mail/parser.h"

namespace loam::mail {

/// The longest boundary we look for; RFC 2046 section 5.1.1 allows 70.
inline constexpr std::size_t kBoundaryBytesMax = 1000;
/// Octets of strings kept in the structure. Parts that would pass it keep only their type.
inline constexpr std::size_t kStructureStringBytesMax = 2U << 20;

/// A line that ends a part.
struct Delimiter {
    std::size_t level = 0;  ///< index into the open entities
    bool closing = false;
};

/// Builds the part tree from the pieces that LineScanner cuts, and hands all octets to the sink.
/// Lifetime: borrows `sink`.
class TreeBuilder {
  public:
    explicit TreeBuilder(BodySink& sink);

    bool in_header() const { return state_ == State::header; }
    /// Lines may be delimiters at all.
    bool has_boundaries() const { return boundaries_ > 0; }
    /// What a line without its line end delimits, if anything.
    std::optional<Delimiter> match(std::string_view line) const;

    void header(std::string_view piece);
    void blank_line(std::string_view line_end);
    /// A run of body octets. If it ends with a line end, whole lines only follow or the end.
    void body(std::string_view run);
    void delimiter(Delimiter delimiter, std::string_view line);
    ParsedMessage finish();

  private:
    enum class State : std::uint8_t { header, leaf, preamble, between };
    struct Open {
        std::uint32_t part = 0;
        std::string boundary;  ///< empty: nothing to look for, or closed already
        bool digest = false;
        std::uint32_t children = 0;
        std::uint64_t lines_before = 0;  ///< line ends before its body
    };

    Part& part(std::uint32_t index) { return structure().parts[index]; }
    Structure& structure() { return message_.structure; }
    std::uint32_t add_part(std::int32_t parent);
    void start_part();
    void start_rest();
    void drop_empty_part(bool another_follows);
    void end_header();
    void keep_envelope(const Part& done);
    void open_body(std::uint32_t index, std::string boundary);
    bool may_descend(const Part& done) const;
    void open_multipart(std::uint32_t index, std::string boundary);
    void start_leaf(std::uint32_t index);
    std::uint32_t add_synthesized(std::uint32_t multipart);
    void end_bodies(std::size_t keep_open);
    void end_leaf();
    void end_open(const Open& done);
    void end_body(Part& done, std::uint64_t lines_before) const;
    void charge(Part& done);
    void content(std::string_view octets);
    void to_text(std::string_view octets);
    void note(std::string_view octets);
    void release_line_end();

    BodySink& sink_;
    ParsedMessage message_;
    State state_ = State::header;
    std::vector<Open> open_;
    std::size_t boundaries_ = 0;
    std::uint32_t current_ = 0;  // the part whose header or leaf body is under way
    std::uint64_t header_lines_before_ = 0;
    std::uint64_t leaf_lines_before_ = 0;
    bool base64_ = false;  // the leaf under way goes to the sink as base64
    std::string header_;
    std::string_view held_;  // line end that may belong to a delimiter: "", LF, CRLF
    LeafMeter meter_;
    std::uint64_t offset_ = 0;  // octets taken, held ones included
    std::uint64_t lines_ = 0;
    std::uint64_t nul_end_ = 0;        // offset behind the last NUL seen; 0 for none
    std::uint64_t eight_bit_end_ = 0;  // the same for octets above 127
    char last_ = '\n';                 // the last octet that is not held
    std::size_t string_bytes_ = 0;
};

}  // namespace loam::mail
