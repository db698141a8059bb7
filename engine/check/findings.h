#pragma once

#include <string>

#include "engine/check/fsck.h"

namespace loam::check {

/// Collects what is wrong. Borrows both.
class Findings {
  public:
    Findings(FsckReport& report, const FsckOptions& options) : report_(report), options_(options) {}

    void add(std::string what) {
        ++report_.findings_count;
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
