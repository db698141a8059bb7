#include "engine/search/segment_writer.h"

#include <utility>

#include "engine/base/check.h"

namespace loam::lookup {

SegmentWriter::SegmentWriter(std::vector<Cid> cids, std::uint8_t level, ZstdContext& zstd,
                             BlockSink sink)
    : grams_(static_cast<Doc>(cids.size())), zstd_(zstd), sink_(std::move(sink)) {
    LOAM_CHECK(cids.size() <= kSegmentDocsMax);
    head_.cids = std::move(cids);
    head_.level = level;
}

Status SegmentWriter::put(BlockName name, ByteVector block) {
    head_.block_bytes += block.size();
    return sink_(name, std::move(block));
}

Status SegmentWriter::put_grams() {
    const BlockName name{.kind = 0, .number = static_cast<std::uint32_t>(head_.grams.size())};
    head_.grams.push_back(grams_.first());
    return put(name, grams_.take());
}

Status SegmentWriter::put_column(Column column) {
    const auto index = static_cast<std::size_t>(column);
    std::vector<Doc>& fences = head_.columns[index];
    const BlockName name{.kind = column_kind(column),
                         .number = static_cast<std::uint32_t>(fences.size())};
    fences.push_back(columns_[index].first());
    return put(name, columns_[index].take(zstd_));
}

Status SegmentWriter::add_term(FieldTerm term, std::span<const Doc> docs) {
    if (docs.empty()) return Status::good();
    grams_.add(term, docs);
    return grams_.full() ? put_grams() : Status::good();
}

Status SegmentWriter::add_value(Column column, std::optional<std::string_view> value) {
    ColumnBlockWriter& writer = columns_[static_cast<std::size_t>(column)];
    if (value) {
        writer.add(*value);
    } else {
        writer.add_left_out();
    }
    return writer.full() ? put_column(column) : Status::good();
}

Result<SegmentHead> SegmentWriter::finish(std::uint64_t text_bytes) {
    if (!grams_.empty()) LOAM_TRY_STATUS(put_grams());
    for (std::size_t i = 0; i < kColumns; ++i) {
        if (!columns_[i].empty()) LOAM_TRY_STATUS(put_column(static_cast<Column>(i)));
    }
    head_.text_bytes = text_bytes;
    return std::move(head_);
}

}  // namespace loam::lookup
