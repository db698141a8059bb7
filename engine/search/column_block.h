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

/// The values of a block, nothing where one was left out. Borrows what `plain` holds.
/// Errors: corrupt.
using ColumnValues = std::vector<std::optional<std::string_view>>;
Result<ColumnValues> read_column_block(Bytes block, ZstdContext& zstd, ByteVector& plain);

}  // namespace loam::lookup
