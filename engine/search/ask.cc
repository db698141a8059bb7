#include "engine/search/ask.h"

#include <algorithm>

#include "engine/search/folded_message.h"

namespace loam::lookup {

namespace {

/// By document of one segment.
using Hints = std::vector<Hint>;

Result<Candidates> all_needles(const SegmentHead& head, const LoadBlocks& load, Field field,
                               std::span<const NeedleTerms> needles) {
    Candidates found{.all = true, .exact = true, .docs = {}};
    for (const NeedleTerms& needle : needles) {
        LOAM_TRY(Candidates one, find_candidates(head, load, field, needle));
        found.exact = found.exact && one.exact;
        if (one.all) continue;
        if (found.all) {
            found.all = false;
            found.docs = std::move(one.docs);
        } else {
            std::vector<Doc> both;
            std::ranges::set_intersection(found.docs, one.docs, std::back_inserter(both));
            found.docs = std::move(both);
        }
    }
    return found;
}

Result<Hints> ask_terms(const SegmentHead& head, const LoadBlocks& load, const Question& question) {
    Hints hints(head.docs(), Hint::no);
    for (const Field field : question.fields) {
        LOAM_TRY(const Candidates found, all_needles(head, load, field, question.needles));
        const Hint hint = found.exact && question.decides ? Hint::yes : Hint::maybe;
        if (found.all) {
            for (Hint& one : hints)
                one = std::max(one, hint);
        }
        for (const Doc doc : found.docs)
            hints[doc] = std::max(hints[doc], hint);
    }
    return hints;
}

/// Looks through all values at once: each text of one ends with an octet that the needle has not,
/// so what is found lies in one value.
void find_needle(const mail::FoldedNeedle& needle, Doc first, const ColumnValues& values,
                 Hints& hints) {
    std::size_t found = needle.find(values.text(), 0);
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values.left_out(i)) continue;
        const bool here = found < values.end_of(i);
        hints[first + i] = here ? Hint::yes : Hint::no;
        if (here) found = needle.find(values.text(), values.end_of(i));
    }
}

Result<Hints> ask_column(const SegmentHead& head, const LoadBlocks& load, const Question& question,
                         ZstdContext& zstd) {
    Hints hints(head.docs(), Hint::maybe);
    const bool at_once = question.needle != nullptr && !question.needle->empty() &&
                         !question.needle->text().contains(kTextEnd);
    if (at_once) {
        LOAM_TRY_STATUS(scan_blocks(head, load, *question.column, zstd,
                                    [&](Doc first, const ColumnValues& values) {
                                        find_needle(*question.needle, first, values, hints);
                                        return Status::good();
                                    }));
        return hints;
    }
    const auto judge = [&](std::string_view value) {
        if (question.needle == nullptr) return question.judge(value);
        return hold(value, *question.needle) ? Hint::yes : Hint::no;
    };
    const auto use = [&](Doc doc, std::optional<std::string_view> value) {
        if (value) hints[doc] = judge(*value);
    };
    LOAM_TRY_STATUS(scan_column(head, load, *question.column, zstd, use));
    return hints;
}

/// A message that was asked about, and where in the answer.
struct Wanted {
    Cid cid;
    std::size_t place = 0;
    bool indexed = false;
};

/// Documents by ascending cid.
std::vector<Doc> by_cid(const SegmentHead& head) {
    std::vector<Doc> docs(head.docs());
    for (Doc doc = 0; doc < head.docs(); ++doc)
        docs[doc] = doc;
    const auto cid_of = [&head](Doc doc) { return head.cids[doc]; };
    if (!std::ranges::is_sorted(docs, {}, cid_of)) std::ranges::sort(docs, {}, cid_of);
    return docs;
}

/// Messages that were asked about, ascending by cid.
std::vector<Wanted> wanted_of(std::span<const Cid> cids) {
    std::vector<Wanted> wanted(cids.size());
    for (std::size_t i = 0; i < cids.size(); ++i)
        wanted[i] = {.cid = cids[i], .place = i};
    if (!std::ranges::is_sorted(wanted, {}, &Wanted::cid))
        std::ranges::sort(wanted, {}, &Wanted::cid);
    return wanted;
}

/// A document that was asked about.
struct Match {
    Doc doc = 0;
    std::size_t place = 0;
};

/// Those that the segment has. They are noted as indexed.
std::vector<Match> matches_in(const SegmentHead& head, std::vector<Wanted>& wanted) {
    std::vector<Match> matches;
    auto at = wanted.begin();
    for (const Doc doc : by_cid(head)) {
        while (at != wanted.end() && at->cid < head.cids[doc])
            ++at;
        for (; at != wanted.end() && at->cid == head.cids[doc]; ++at) {
            at->indexed = true;
            matches.push_back({.doc = doc, .place = at->place});
        }
    }
    return matches;
}

}  // namespace

Result<Answers> ask(const IndexView& view, AccountId account, std::span<const Question> questions,
                    std::span<const Cid> cids, ZstdContext& zstd) {
    std::vector<Wanted> wanted = wanted_of(cids);

    Answers answers;
    answers.hints.assign(questions.size(), Hints(cids.size(), Hint::maybe));
    LOAM_TRY(const auto segments, load_segments(view, account));
    for (const StoredSegment& segment : segments) {
        const std::vector<Match> matches = matches_in(segment.head, wanted);
        if (matches.empty()) continue;
        const LoadBlocks load = block_loader(view, account, segment.id);
        for (std::size_t q = 0; q < questions.size(); ++q) {
            const auto hints = questions[q].column
                                   ? ask_column(segment.head, load, questions[q], zstd)
                                   : ask_terms(segment.head, load, questions[q]);
            if (!hints && hints.error().code != Errc::corrupt) return hints.error();
            if (!hints) {
                answers.damage = true;
                continue;
            }
            for (const Match& match : matches)
                answers.hints[q][match.place] = (*hints)[match.doc];
        }
    }
    for (const Wanted& message : wanted) {
        if (!message.indexed) answers.unindexed.push_back(message.cid);
    }
    const auto again = std::ranges::unique(answers.unindexed);
    answers.unindexed.erase(again.begin(), again.end());
    return answers;
}

Status read_column(const IndexView& view, AccountId account, Column column,
                   std::span<const Cid> cids, ZstdContext& zstd, const UsePlacedValue& use) {
    std::vector<Wanted> wanted = wanted_of(cids);
    LOAM_TRY(const auto segments, load_segments(view, account));
    for (const StoredSegment& segment : segments) {
        const std::vector<Match> matches = matches_in(segment.head, wanted);
        if (matches.empty()) continue;
        std::vector<std::vector<std::size_t>> places(segment.head.docs());
        for (const Match& match : matches)
            places[match.doc].push_back(match.place);
        const auto use_value = [&](Doc doc, std::optional<std::string_view> value) {
            for (const std::size_t place : places[doc]) {
                if (value) use(place, *value);
            }
        };
        const Status scanned = scan_column(segment.head, block_loader(view, account, segment.id),
                                           column, zstd, use_value);
        if (!scanned && scanned.error().code != Errc::corrupt) return scanned;
    }
    return Status::good();
}

Result<AccountFigures> figures(const IndexView& view, AccountId account) {
    AccountFigures sum;
    LOAM_TRY(const auto segments, load_segments(view, account));
    for (const StoredSegment& segment : segments) {
        ++sum.segments;
        sum.messages += segment.head.docs();
        sum.text_bytes += segment.head.text_bytes;
        sum.index_bytes += segment.head.block_bytes + encode_head(segment.head).size();
    }
    return sum;
}

}  // namespace loam::lookup
