#pragma once

#include <algorithm>
#include <string>

#include "engine/check/fsck.h"

namespace loam::check {

/// Collects what is wrong. Borrows both.
class Findings {
  public:
    Findings(FsckReport& report, const FsckOptions& options) : report_(report), options_(options) {}

    /// `advice` says what mends it, if anything does.
    void add(std::string what, const char* advice = nullptr) {
        ++report_.findings_count;
        if (advice != nullptr &&
            std::ranges::find(report_.advice, advice) == report_.advice.end()) {
            report_.advice.emplace_back(advice);
        }
        if (report_.findings.size() < options_.findings_max)
            report_.findings.push_back({std::move(what)});
    }
    /// Adds "WHERE: NAME is A, its messages give B" unless they agree.
    template <typename Number>
    void expect_equal(const std::string& where, const char* name, Number is, Number should) {
        if (is == should) return;
        add(where + ": " + name + " is " + std::to_string(is) + ", its messages give " +
            std::to_string(should));
    }
    void progress(const std::string& text) const {
        if (options_.progress) options_.progress(text);
    }

  private:
    FsckReport& report_;
    const FsckOptions& options_;
};

}  // namespace loam::check
