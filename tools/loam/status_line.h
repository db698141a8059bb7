#pragma once

#include <cstdio>
#include <functional>
#include <string>
#include <unistd.h>

namespace loam::tool {

/// A line on standard error that each new text replaces; nothing where that is no terminal.
class StatusLine {
  public:
    StatusLine() = default;
    StatusLine(const StatusLine&) = delete;
    StatusLine& operator=(const StatusLine&) = delete;
    ~StatusLine() { clear(); }

    /// Empty where nobody would see it. Lifetime: borrows this line.
    std::function<void(const std::string&)> hearer() {
        if (!shown_) return {};
        return [](const std::string& text) { std::fprintf(stderr, "\r\033[K%s", text.c_str()); };
    }
    void clear() {
        if (shown_) std::fputs("\r\033[K", stderr);
    }

  private:
    const bool shown_ = isatty(STDERR_FILENO) != 0;
};

}  // namespace loam::tool
