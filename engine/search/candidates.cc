#include "engine/search/candidates.h"

#include <algorithm>

namespace loam::lookup {

namespace {

/// A list that is as short needs no more cutting: the messages are read instead.
constexpr std::size_t kFewDocs = 32;

/// The block that has the term, if one has.
std::optional<std::uint32_t> block_of(const SegmentHead& head, FieldTerm term) {
    const auto after = std::ranges::upper_bound(head.grams, term);
    if (after == head.grams.begin()) return std::nullopt;
    return static_cast<std::uint32_t>(after - head.grams.begin()) - 1;
}

/// A term's documents, not yet read.
struct Listed {
    Doc count = 0;
    GramBlockReader at;
};

/// Appends what the block has of `terms`, which ascend. Errors: corrupt.
Status find_terms(const SegmentHead& head, Bytes block, std::span<const FieldTerm> terms,
                  std::vector<Listed>& found) {
    LOAM_TRY(GramBlockReader reader, GramBlockReader::open(block, head.docs()));
    while (!terms.empty()) {
        LOAM_TRY(const auto term, reader.next());
        if (!term) return Status::good();
        while (!terms.empty() && terms.front() < *term)
            terms = terms.subspan(1);
        if (!terms.empty() && terms.front() == *term)
            found.push_back({.count = reader.count(), .at = reader});
        LOAM_TRY_STATUS(reader.skip());
    }
    return Status::good();
}

/// Keeps what stands in both.
void intersect(std::vector<Doc>& docs, std::span<const Doc> other) {
    const bool jump = docs.size() < other.size() / 16;
    auto at = other.begin();
    std::erase_if(docs, [&](Doc doc) {
        if (jump) at = std::lower_bound(at, other.end(), doc);
        while (at != other.end() && *at < doc)
            ++at;
        return at == other.end() || *at != doc;
    });
}

Result<Candidates> find_all_of(const SegmentHead& head, const LoadBlocks& load, Field field,
                               const NeedleTerms& needle) {
    Candidates candidates;
    std::vector<FieldTerm> terms;
    std::vector<BlockName> names;
    std::vector<std::size_t> starts;  // of each block's share of `terms`
    for (const Term term : needle.terms) {
        const FieldTerm wanted = field_term(field, term);
        const auto block = block_of(head, wanted);
        if (!block) return candidates;
        if (names.empty() || names.back().number != *block) {
            names.push_back({.kind = 0, .number = *block});
            starts.push_back(terms.size());
        }
        terms.push_back(wanted);
    }
    starts.push_back(terms.size());
    LOAM_TRY(const auto blocks, load(names));
    std::vector<Listed> lists;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const auto share = std::span(terms).subspan(starts[i], starts[i + 1] - starts[i]);
        LOAM_TRY_STATUS(find_terms(head, as_bytes(blocks[i]), share, lists));
        if (lists.size() < starts[i + 1]) return candidates;  // a term that no document has
    }
    std::ranges::sort(lists, {}, &Listed::count);
    std::vector<Doc> docs;
    for (Listed& list : lists) {
        docs.clear();
        LOAM_TRY_STATUS(list.at.read(docs));
        if (&list == &lists.front()) {
            candidates.docs = docs;
        } else {
            intersect(candidates.docs, docs);
        }
        if (candidates.docs.size() <= kFewDocs) break;
    }
    candidates.exact = needle.exact;
    return candidates;
}

Result<Candidates> find_range(const SegmentHead& head, const LoadBlocks& load, Field field,
                              const NeedleTerms& needle) {
    const FieldTerm first = field_term(field, needle.first);
    const FieldTerm last = field_term(field, needle.last);
    Candidates candidates;
    candidates.exact = true;
    std::vector<bool> has(head.docs());
    std::vector<Doc> docs;
    for (std::uint32_t block = block_of(head, first).value_or(0);
         block < head.grams.size() && head.grams[block] <= last; ++block) {
        const BlockName name{.kind = 0, .number = block};
        LOAM_TRY(const auto loaded, load({&name, 1}));
        LOAM_TRY(GramBlockReader reader,
                 GramBlockReader::open(as_bytes(loaded.front()), head.docs()));
        for (;;) {
            LOAM_TRY(const auto term, reader.next());
            if (!term || *term > last) break;
            if (*term < first) {
                LOAM_TRY_STATUS(reader.skip());
                continue;
            }
            docs.clear();
            LOAM_TRY_STATUS(reader.read(docs));
            for (const Doc doc : docs)
                has[doc] = true;
        }
    }
    for (Doc doc = 0; doc < head.docs(); ++doc) {
        if (has[doc]) candidates.docs.push_back(doc);
    }
    return candidates;
}

}  // namespace

Result<Candidates> find_candidates(const SegmentHead& head, const LoadBlocks& load, Field field,
                                   const NeedleTerms& needle) {
    switch (needle.kind) {
        case NeedleTerms::Kind::anything:
            break;
        case NeedleTerms::Kind::range:
            return find_range(head, load, field, needle);
        case NeedleTerms::Kind::all_of:
            return find_all_of(head, load, field, needle);
    }
    return Candidates{.all = true, .exact = false, .docs = {}};
}

}  // namespace loam::lookup
