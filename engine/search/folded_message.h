#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/mail/match_text.h"
#include "engine/mail/structure.h"
#include "engine/search/gram_block.h"

namespace loam::lookup {

/// Octets of a message as received, as far as they are at hand.
class RawMessage {
  public:
    void clear() { pieces_.clear(); }
    /// Borrowed. Pieces do not overlap and come in their order.
    void add(std::uint64_t offset, std::string_view octets) { pieces_.push_back({offset, octets}); }
    /// Empty if they are not all in one piece.
    std::string_view at(mail::OctetRange range) const;

  private:
    struct Piece {
        std::uint64_t offset = 0;
        std::string_view octets;
    };
    std::vector<Piece> pieces_;
};

/// The octets of a message that SEARCH looks at: headers and text parts. Neighbours are one range.
std::vector<mail::OctetRange> text_ranges(const mail::Structure& structure);

/// Texts, each ended by kTextEnd, hold the needle; an empty needle: there is one at all. A needle
/// with that octet, which no UTF-8 has, is nowhere.
bool hold(std::string_view texts, const mail::FoldedNeedle& needle);

/// A message's decoded, folded text: RFC 9051 section 6.4.4. What is asked for first is decoded and
/// kept; buffers are kept for the next message. Thread: one at a time.
class FoldedMessage {
  public:
    /// Begins with a message. Borrows both; `raw` has all of text_ranges().
    void open(const mail::Structure& structure, const RawMessage& raw);

    /// All texts of a field, each ended by kTextEnd. Valid until the next open().
    std::string_view text(Field field);
    /// Bodies of the message's header fields of that name (any case), each ended by kTextEnd.
    std::string field_text(std::string_view name) const;

  private:
    void fold_header(const mail::Part& part, std::string& out) const;
    void fold_body(const mail::Part& part, std::string& out) const;

    const mail::Structure* structure_ = nullptr;
    const RawMessage* raw_ = nullptr;
    struct Folded {
        bool done = false;
        std::string text;
    };
    std::array<Folded, kFields> fields_;
};

}  // namespace loam::lookup
