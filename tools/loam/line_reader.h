#pragma once

#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>

namespace loam::tool {

/// The lines of a file, one by one. Of each only the first octets are kept, however long it is, so
/// that no file can make us hold more.
class LineReader {
  public:
    LineReader(const std::string& path, std::size_t head_bytes_max);

    /// Goes to the next line. False at the end, and when the file cannot be read: see failed().
    bool next();
    bool failed() const { return failed_; }

    /// The line's first octets without its LF and a CR before that. Valid until next().
    std::string_view head() const { return head_; }
    /// head() is all of it.
    bool whole() const { return text_bytes_ == head_.size(); }
    /// An LF ended it, not the file.
    bool ended() const { return ended_; }
    /// Where it begins in the file, and its octets with its end.
    std::uint64_t offset() const { return offset_; }
    std::uint64_t bytes() const { return bytes_; }

  private:
    bool refill();
    void take(std::string_view piece);

    std::ifstream file_;
    std::size_t head_bytes_max_;
    std::string buffer_;
    std::string_view rest_;
    std::string head_;
    std::uint64_t offset_ = 0;
    std::uint64_t bytes_ = 0;
    std::uint64_t text_bytes_ = 0;
    char last_ = '\0';
    bool ended_ = false;
    bool failed_ = false;
};

}  // namespace loam::tool
