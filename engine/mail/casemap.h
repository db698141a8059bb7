#pragma once

#include <string>
#include <string_view>

namespace loam::mail {

/// i;unicode-casemap, RFC 5051: each code point to titlecase, then fully decomposed. Two strings
/// are equal, ordered or contain each other as their folded octets do. Octets that are not UTF-8
/// stay as they are. ICU's Unicode version decides on single code points.
class CaseFolder {
  public:
    /// Appends the folded form. The result does not depend on where the input is cut.
    void feed(std::string_view utf8, std::string& out);
    /// The input ends here. After it the folder is as new.
    void finish(std::string& out);

  private:
    std::string cut_;  // the first octets of a sequence, at most 3
};

std::string casefold(std::string_view utf8);

}  // namespace loam::mail
