#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "engine/base/bytes.h"
#include "engine/base/result.h"

namespace loam::imap {

/// Octets received and not used yet, read as lines or as counted octets: RFC 9051 section 2.1.
/// Pure. Whoever fills it stops while has_line(), so it holds at most a line and one receive.
class InputBuffer {
  public:
    explicit InputBuffer(std::size_t line_bytes_max) : line_bytes_max_(line_bytes_max) {}

    void append(Bytes bytes);
    /// The next line without CRLF or LF; nullopt while it is not whole. A line above the limit is
    /// dropped as it comes and then told once. Errors: limit.
    std::optional<Result<std::string>> take_line();
    /// take_line() would return something.
    bool has_line();
    /// At most `max` octets from the front; valid until the next call.
    Bytes take(std::uint64_t max);
    /// The last `count` of the octets that take() just returned were not used.
    void give_back(std::size_t count) {
        begin_ -= count;
        searched_ = begin_;
        line_end_ = kNone;
    }
    bool empty() const { return begin_ == octets_.size(); }
    std::size_t size() const { return octets_.size() - begin_; }
    /// Gives the memory back if nothing is in it.
    void release();

  private:
    void find_line_end();

    std::size_t line_bytes_max_;
    std::string octets_;
    std::size_t begin_ = 0;         // used up to here
    std::size_t searched_ = 0;      // no line end before here
    std::size_t line_end_ = kNone;  // position of the next LF, if known
    bool skipping_ = false;         // within a line that is too long
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
};

}  // namespace loam::imap
