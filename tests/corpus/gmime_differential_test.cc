// Loam's parser against GMime 3 over all of the corpora. Where the two do not agree,
// gmime_differences.tsv says who is right and why; what it does not explain fails here.
#include <cstddef>
#include <string>

#include <gtest/gtest.h>

#include "tests/corpus/differences.h"
#include "tests/corpus/gmime_view.h"
#include "tests/support/corpus.h"

namespace loam::corpus {
namespace {

constexpr std::size_t kReportsMax = 50;

std::string printable(std::string_view text) {
    std::string out;
    for (const char c : text.substr(0, 200)) {
        out += static_cast<unsigned char>(c) < 32 || c == 127 ? '~' : c;
    }
    return out;
}

// GMime takes an mbox "From " line for a header of its own; IMAP clients never see it parsed.
std::string without_from_line(std::string text) {
    if (text.starts_with("From ")) text.erase(0, text.find('\n') + 1);
    return text;
}

TEST(GmimeDifferential, EveryDisagreementIsExplained) {
    const auto files = loam::test::corpus_files("");
    if (files.empty()) GTEST_SKIP() << "no corpus here";
    init_gmime();
    ExplainedDifferences explained(LOAM_GMIME_DIFFERENCES);
    std::size_t unexplained = 0;
    for (const loam::test::CorpusFile& file : files) {
        if (file.mbox) continue;
        const std::string raw = without_from_line(loam::test::read_file(file.path));
        for (const Difference& found : compare(view_by_loam(raw), view_by_gmime(raw))) {
            if (explained.explain(found.kind, file.name)) continue;
            if (++unexplained > kReportsMax) continue;
            ADD_FAILURE() << found.kind << '\t' << file.name
                          << "\n  ours:   " << printable(found.ours)
                          << "\n  theirs: " << printable(found.theirs);
        }
    }
    EXPECT_EQ(unexplained, 0U);
    for (const std::string& line : explained.unused()) {
        ADD_FAILURE() << "explains nothing any more: " << line;
    }
}

}  // namespace
}  // namespace loam::corpus
