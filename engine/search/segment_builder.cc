#include "engine/search/segment_builder.h"

#include <utility>

#include "engine/base/check.h"

namespace loam::lookup {

void SegmentBuilder::add(const Document& document) {
    LOAM_CHECK(docs() < kSegmentDocsMax);
    const Doc doc = docs();
    cids_.push_back(document.cid);
    for (std::size_t field = 0; field < kFields; ++field) {
        for (const Term term : document.terms[field])
            postings_.push_back({field_term(static_cast<Field>(field), term), doc});
    }
    values_.push_back(document.values);
    text_bytes_ += document.text_bytes;
}

/// Documents came in order, and each pass keeps the order of what it finds equal.
void SegmentBuilder::sort_by_term() {
    constexpr unsigned kBits = 13;
    constexpr std::size_t kBuckets = std::size_t{1} << kBits;
    static_assert(kFields * kFieldTerms <= 1ULL << (2 * kBits));
    std::vector<Posting> sorted(postings_.size());
    for (const unsigned shift : {0U, kBits}) {
        std::vector<std::size_t> starts(kBuckets + 1);
        for (const Posting& posting : postings_)
            ++starts[(posting.term >> shift) % kBuckets + 1];
        for (std::size_t i = 1; i < starts.size(); ++i)
            starts[i] += starts[i - 1];
        for (const Posting& posting : postings_)
            sorted[starts[(posting.term >> shift) % kBuckets]++] = posting;
        std::swap(postings_, sorted);
    }
}

Result<SegmentHead> SegmentBuilder::write(ZstdContext& zstd, const BlockSink& sink) {
    sort_by_term();
    const std::uint8_t level = level_of(cids_.size());
    SegmentWriter writer(std::move(cids_), level, zstd, sink);
    std::vector<Doc> docs;
    for (std::size_t at = 0; at < postings_.size();) {
        const FieldTerm term = postings_[at].term;
        docs.clear();
        for (; at < postings_.size() && postings_[at].term == term; ++at)
            docs.push_back(postings_[at].doc);
        LOAM_TRY_STATUS(writer.add_term(term, docs));
    }
    for (std::size_t column = 0; column < kColumns; ++column) {
        for (const auto& values : values_)
            LOAM_TRY_STATUS(writer.add_value(static_cast<Column>(column), values[column]));
    }
    return writer.finish(text_bytes_);
}

}  // namespace loam::lookup
