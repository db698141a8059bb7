#include "engine/search/column_scan.h"

#include <algorithm>

namespace loam::lookup {

namespace {

/// Columns are read in pieces of so many blocks.
constexpr std::size_t kColumnBlocksAtOnce = 16;

}  // namespace

Status scan_blocks(const SegmentHead& head, const LoadBlocks& load, Column column,
                   ZstdContext& zstd, const UseColumnBlock& use) {
    const std::vector<Doc>& fences = head.columns[static_cast<std::size_t>(column)];
    ByteVector plain;
    Doc doc = 0;
    for (std::size_t begin = 0; begin < fences.size(); begin += kColumnBlocksAtOnce) {
        std::vector<BlockName> names;
        const std::size_t end = std::min(begin + kColumnBlocksAtOnce, fences.size());
        for (std::size_t block = begin; block < end; ++block) {
            names.push_back(
                {.kind = column_kind(column), .number = static_cast<std::uint32_t>(block)});
        }
        LOAM_TRY(const auto blocks, load(names));
        for (const std::string& block : blocks) {
            LOAM_TRY(const ColumnValues values, read_column_block(as_bytes(block), zstd, plain));
            if (values.size() > head.docs() - doc)
                return fail(Errc::corrupt, "search segment: more values than documents");
            LOAM_TRY_STATUS(use(doc, values));
            doc += static_cast<Doc>(values.size());
        }
    }
    if (doc == head.docs()) return Status::good();
    return fail(Errc::corrupt, "search segment: fewer values than documents");
}

Status scan_column(const SegmentHead& head, const LoadBlocks& load, Column column,
                   ZstdContext& zstd, const UseValue& use) {
    return scan_blocks(head, load, column, zstd, [&](Doc first, const ColumnValues& values) {
        for (std::size_t i = 0; i < values.size(); ++i)
            use(first + static_cast<Doc>(i), values[i]);
        return Status::good();
    });
}

}  // namespace loam::lookup
