#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/codec/frame.h"
#include "engine/search/postings.h"

/// Blocks of one value for each document, so that SEARCH SUBJECT, SENTSINCE, SORT and THREAD read
/// no message. Format: docs/format/search.md, section 4.
namespace loam::lookup {

/// Numbers on disk.
enum class Column : std::uint8_t {
    digest,   ///< the message's digest as its sidecar has it
    subject,  ///< all fields of that name: body decoded and folded, each ended by kTextEnd
    from,
    to,
    cc,
    bcc,
};
inline constexpr std::size_t kColumns = 6;
struct FieldColumn {
    std::string_view field;
    Column column;
};
inline constexpr FieldColumn kFieldColumns[] = {{"Subject", Column::subject},
                                                {"From", Column::from},
                                                {"To", Column::to},
                                                {"Cc", Column::cc},
                                                {"Bcc", Column::bcc}};

/// A longer value is left out, and whoever asks for it reads the message.
inline constexpr std::size_t kColumnValueBytesMax = 4U << 10;
/// A block is full with so many octets.
inline constexpr std::size_t kColumnBlockBytes = 64U << 10;

/// Writes one block after another, a value for each document in turn.
class ColumnBlockWriter {
  public:
    void add(std::string_view value);
    void add_left_out();
    bool empty() const { return count_ == 0; }
    bool full() const { return values_.size() + lengths_.size() >= kColumnBlockBytes; }
    Doc first() const { return first_; }  ///< document of the block's first value
    ByteVector take(ZstdContext& zstd);

  private:
    Doc first_ = 0;
    Doc count_ = 0;
    ByteVector lengths_;
    ByteVector values_;
};

/// The values of a block, nothing where one was left out.
class ColumnValues {
  public:
    explicit ColumnValues(std::size_t count) { values_.reserve(count); }
    void add(std::uint32_t bytes) { end(bytes, false); }
    void add_left_out() { end(0, true); }
    void set_text(std::string_view text) { text_ = text; }

    std::size_t size() const { return values_.size(); }
    std::optional<std::string_view> operator[](std::size_t i) const;
    bool left_out(std::size_t i) const { return values_[i].left_out; }
    /// All values, one behind the other, and where each ends.
    std::string_view text() const { return text_; }
    std::uint32_t end_of(std::size_t i) const { return values_[i].end; }

  private:
    struct Value {
        std::uint32_t end = 0;
        bool left_out = false;
    };
    void end(std::uint32_t bytes, bool left_out) {
        values_.push_back({(values_.empty() ? 0 : values_.back().end) + bytes, left_out});
    }
    std::string_view text_;
    std::vector<Value> values_;
};
/// Borrows what `plain` holds. Errors: corrupt.
Result<ColumnValues> read_column_block(Bytes block, ZstdContext& zstd, ByteVector& plain);

}  // namespace loam::lookup
