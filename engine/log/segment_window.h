#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/io/disk.h"
#include "engine/log/format.h"

namespace loam {

/// A segment file read in large steps, wherever the reader goes next. Reads only.
/// Thread: the disk's loop.
class SegmentWindow {
  public:
    /// Errors: not_found, io.
    static Task<Result<std::unique_ptr<SegmentWindow>>> open(io::Disk& disk, std::string path);

    /// The octets from `offset`, `length` of them or those up to the end of the file. They stay
    /// until the next call.
    Task<Result<Bytes>> view(std::uint64_t offset, std::size_t length);
    std::uint64_t size() const { return size_; }

  private:
    SegmentWindow(std::unique_ptr<io::File> file, std::uint64_t size);

    std::unique_ptr<io::File> file_;
    std::uint64_t size_;
    ByteVector octets_;         // what was read last ...
    std::uint64_t offset_ = 0;  // ... from here
    std::size_t filled_ = 0;    // ... this much
};

/// The group header at the front of `block`, if it is right in itself and says that it belongs to
/// this place.
std::optional<GroupHeader> group_header_at(Bytes block, SegmentId segment, std::uint64_t offset);

/// The first place at or after `from`, on the grid of groups, where group_header_at() finds one
/// that states a durable LSN beyond `hole`. With `signature`, only groups that carry it.
Task<Result<std::optional<GroupHeader>>> find_group(SegmentWindow& window, SegmentId segment,
                                                    std::uint64_t from,
                                                    std::optional<std::uint64_t> signature,
                                                    Lsn hole);

/// Octets from `from` up to the last one that is not zero; 0 when all are.
Task<Result<std::uint64_t>> measure_nonzero(SegmentWindow& window, std::uint64_t from);

}  // namespace loam
