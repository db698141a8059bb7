#include "engine/search/segment_merger.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "engine/search/column_scan.h"

namespace loam::lookup {

namespace {

/// The terms of a segment, one after another, with their documents as the new segment numbers them.
class TermStream {
  public:
    TermStream(const MergeSource& source, Doc first_doc) : source_(source) {
        Doc next = first_doc;
        for (Doc doc = 0; doc < source.head.docs(); ++doc)
            numbers_.push_back(source.keep[doc] ? next++ : kGone);
    }

    std::optional<FieldTerm> term() const { return term_; }

    Status next() {
        for (;;) {
            if (reader_) {
                LOAM_TRY(term_, reader_->next());
                if (term_) return Status::good();
            }
            if (block_ == source_.head.grams.size()) return Status::good();
            LOAM_TRY(octets_, source_.load({.kind = 0, .number = block_++}));
            LOAM_TRY(GramBlockReader opened,
                     GramBlockReader::open(as_bytes(octets_), source_.head.docs()));
            reader_.emplace(opened);
        }
    }

    /// Appends the documents of term().
    Status read(std::vector<Doc>& docs) {
        old_.clear();
        LOAM_TRY_STATUS(reader_->read(old_));
        for (const Doc doc : old_) {
            if (numbers_[doc] != kGone) docs.push_back(numbers_[doc]);
        }
        return Status::good();
    }

  private:
    static constexpr Doc kGone = UINT32_MAX;

    const MergeSource& source_;
    std::vector<Doc> numbers_;  // by old number
    std::uint32_t block_ = 0;
    std::string octets_;
    std::optional<GramBlockReader> reader_;
    std::optional<FieldTerm> term_;
    std::vector<Doc> old_;
};

Status merge_terms(std::vector<TermStream>& streams, SegmentWriter& writer) {
    for (TermStream& stream : streams)
        LOAM_TRY_STATUS(stream.next());
    std::vector<Doc> docs;
    for (;;) {
        std::optional<FieldTerm> least;
        for (const TermStream& stream : streams) {
            if (stream.term() && (!least || *stream.term() < *least)) least = stream.term();
        }
        if (!least) return Status::good();
        docs.clear();
        for (TermStream& stream : streams) {
            if (stream.term() != least) continue;
            LOAM_TRY_STATUS(stream.read(docs));
            LOAM_TRY_STATUS(stream.next());
            if (stream.term() && *stream.term() <= *least)
                return fail(Errc::corrupt, "search segment: terms do not ascend");
        }
        LOAM_TRY_STATUS(writer.add_term(*least, docs));
    }
}

Status merge_column(const MergeSource& source, Column column, ZstdContext& zstd,
                    SegmentWriter& writer) {
    const auto load =
        [&source](std::span<const BlockName> names) -> Result<std::vector<std::string>> {
        std::vector<std::string> blocks;
        for (const BlockName& name : names) {
            LOAM_TRY(std::string block, source.load(name));
            blocks.push_back(std::move(block));
        }
        return blocks;
    };
    return scan_blocks(source.head, load, column, zstd,
                       [&](Doc first, const ColumnValues& values) -> Status {
                           for (std::size_t i = 0; i < values.size(); ++i) {
                               if (source.keep[first + i]) {
                                   LOAM_TRY_STATUS(writer.add_value(column, values[i]));
                               }
                           }
                           return {};
                       });
}

}  // namespace

Result<SegmentHead> merge_segments(std::span<const MergeSource> sources, std::uint8_t level,
                                   ZstdContext& zstd, const BlockSink& sink) {
    std::vector<Cid> cids;
    std::vector<TermStream> streams;
    std::uint64_t text_bytes = 0;
    for (const MergeSource& source : sources) {
        streams.emplace_back(source, static_cast<Doc>(cids.size()));
        const std::size_t before = cids.size();
        for (Doc doc = 0; doc < source.head.docs(); ++doc) {
            if (source.keep[doc]) cids.push_back(source.head.cids[doc]);
        }
        // Nobody knows what a single document had: its share, for statistics.
        if (source.head.docs() > 0)
            text_bytes += source.head.text_bytes * (cids.size() - before) / source.head.docs();
    }
    SegmentWriter writer(std::move(cids), level, zstd, sink);
    LOAM_TRY_STATUS(merge_terms(streams, writer));
    for (std::size_t column = 0; column < kColumns; ++column) {
        for (const MergeSource& source : sources)
            LOAM_TRY_STATUS(merge_column(source, static_cast<Column>(column), zstd, writer));
    }
    return writer.finish(text_bytes);
}

}  // namespace loam::lookup
