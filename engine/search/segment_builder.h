#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/search/segment_writer.h"

namespace loam::lookup {

/// What a segment takes of a message.
struct Document {
    Cid cid;
    std::array<std::vector<Term>, kFields> terms;  ///< each once, in any order
    std::array<std::string, kColumns> values;
    std::uint64_t text_bytes = 0;
};

/// Collects new messages and writes them as a segment. Memory: 8 octets a term of a document, and
/// twice that while it writes. Thread: one at a time.
class SegmentBuilder {
  public:
    void add(const Document& document);
    Doc docs() const { return static_cast<Doc>(cids_.size()); }
    std::uint64_t text_bytes() const { return text_bytes_; }
    /// Once. Errors: those of the sink.
    Result<SegmentHead> write(ZstdContext& zstd, const BlockSink& sink);

  private:
    struct Posting {
        FieldTerm term;
        Doc doc;
    };
    void sort_by_term();

    std::vector<Cid> cids_;
    std::vector<Posting> postings_;
    std::vector<std::array<std::string, kColumns>> values_;
    std::uint64_t text_bytes_ = 0;
};

}  // namespace loam::lookup
