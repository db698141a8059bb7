#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "engine/search/segment_head.h"

namespace loam::lookup {

/// Names a block of a segment.
struct BlockName {
    std::uint8_t kind = 0;     ///< 0: grams; a column's number + 1
    std::uint32_t number = 0;  ///< from 0
    friend auto operator<=>(const BlockName&, const BlockName&) = default;
};
constexpr std::uint8_t column_kind(Column column) {
    return static_cast<std::uint8_t>(static_cast<std::uint8_t>(column) + 1);
}
using BlockSink = std::function<Status(BlockName, ByteVector)>;

/// Writes the blocks of one segment in their order and makes its head: for the builder, which has
/// new messages, and the merger. Memory: a block of each kind.
/// Lifetime: borrows `zstd`. Errors: those of the sink.
class SegmentWriter {
  public:
    SegmentWriter(std::vector<Cid> cids, std::uint8_t level, ZstdContext& zstd, BlockSink sink);
    /// Terms ascend. No documents: nothing is written.
    Status add_term(FieldTerm term, std::span<const Doc> docs);
    /// For each document in turn; nothing: left out.
    Status add_value(Column column, std::optional<std::string_view> value);
    /// Once, after all terms and values.
    Result<SegmentHead> finish(std::uint64_t text_bytes);

  private:
    Status put(BlockName name, ByteVector block);
    Status put_grams();
    Status put_column(Column column);

    SegmentHead head_;
    GramBlockWriter grams_;
    std::array<ColumnBlockWriter, kColumns> columns_;
    ZstdContext& zstd_;
    BlockSink sink_;
};

}  // namespace loam::lookup
