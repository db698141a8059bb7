#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "tests/corpus/gmime_view.h"

namespace loam::corpus {

/// One point on which two parsers do not agree about a message.
struct Difference {
    std::string kind;  ///< see gmime_differences.tsv
    std::string ours;
    std::string theirs;
};
std::vector<Difference> compare(const MessageView& ours, const MessageView& theirs);

/// The differences that are understood: lines of kind, file pattern ("*" stands for anything) and
/// reason, with tabs between. Lines that begin with # are comments.
class ExplainedDifferences {
  public:
    explicit ExplainedDifferences(const std::filesystem::path& table);
    bool explain(std::string_view kind, std::string_view file);
    /// Lines that explained nothing.
    std::vector<std::string> unused() const;

  private:
    struct Line {
        std::string kind;
        std::string pattern;
        std::string reason;
        std::size_t used = 0;
    };
    std::vector<Line> lines_;
};

}  // namespace loam::corpus
