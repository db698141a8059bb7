#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/search/postings.h"
#include "engine/search/terms.h"

/// Blocks of neighbouring terms with their documents. Format: docs/format/search.md, section 3.
namespace loam::lookup {

/// Where in a message a term stands.
enum class Field : std::uint8_t {
    header,  ///< the message's header and the MIME headers of its parts: for TEXT, HEADER
    body,    ///< text parts and headers of nested messages: for BODY, TEXT
};
inline constexpr std::size_t kFields = 2;

/// A term in a field: those of the header come first.
using FieldTerm = std::uint32_t;
inline constexpr FieldTerm kFieldTerms = 1U << 25;
static_assert(kTermsEnd <= kFieldTerms);
constexpr FieldTerm field_term(Field field, Term term) {
    return static_cast<FieldTerm>(field) * kFieldTerms + term;
}

/// A block is full when it has as many octets; the last term may take it well beyond.
inline constexpr std::size_t kGramBlockBytes = 8U << 10;

/// Writes one block after another.
class GramBlockWriter {
  public:
    explicit GramBlockWriter(Doc total) : total_(total) {}
    GramBlockWriter(const GramBlockWriter&) = delete;
    GramBlockWriter& operator=(const GramBlockWriter&) = delete;
    /// Terms ascend; `docs` ascend and are not empty.
    void add(FieldTerm term, std::span<const Doc> docs);
    bool empty() const { return terms_ == 0; }
    bool full() const { return bits_.size() >= kGramBlockBytes; }
    FieldTerm first() const { return first_; }
    /// The block; the writer begins the next.
    ByteVector take();

  private:
    Doc total_;
    ByteVector bits_;
    BitWriter out_{bits_};
    std::uint32_t terms_ = 0;
    FieldTerm first_ = 0;
    FieldTerm last_ = 0;
};

/// Walks through a block from the disk, which may hold anything: what cannot be is Errc::corrupt.
/// Lifetime: borrows `block`.
class GramBlockReader {
  public:
    static Result<GramBlockReader> open(Bytes block, Doc total);
    /// The next term, nothing at the end. Its documents must be read or skipped before the next.
    Result<std::optional<FieldTerm>> next();
    Doc count() const { return count_; }  ///< documents of the term, at least 1
    /// Appends them.
    Status read(std::vector<Doc>& docs);
    Status skip();

  private:
    GramBlockReader(Bytes bits, Doc total, std::uint32_t terms, FieldTerm first)
        : in_(bits), total_(total), left_(terms), last_(first - 1) {}
    Status status() const;

    BitReader in_;
    Doc total_;
    std::uint32_t left_;
    FieldTerm last_;
    Doc count_ = 0;
};

}  // namespace loam::lookup
