#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/io/disk.h"
#include "engine/log/format.h"

namespace loam {

/// Reads payload octets from the segments of one log. Keeps a bounded number of files open.
/// Thread: one loop's; each loop has a reader of its own. Many reads may be under way.
/// Lifetime: borrows `disk`; no read may be under way when it goes.
class LogReader {
  public:
    LogReader(io::Disk& disk, std::string dir, std::size_t open_files_max = 64);
    ~LogReader();
    LogReader(const LogReader&) = delete;
    LogReader& operator=(const LogReader&) = delete;

    /// All octets of `place`, checked against its hash. Errors: corrupt (hash, or the segment is
    /// missing or too short; names segment and offset), io.
    Task<Result<ByteVector>> read(Place place);
    /// `length` octets of `place` from `offset` within it, unchecked. Errors: as above.
    Task<Result<ByteVector>> read_part(Place place, std::uint64_t offset, std::uint64_t length);
    /// Fills `out` from `offset` in the segment file, unchecked. Errors: as above.
    Task<Status> read_into(SegmentId segment, std::uint64_t offset, MutableBytes out);

    /// Closes the file of a segment that is about to be unlinked, unless a read is under way there.
    void forget(SegmentId segment);
    /// Closes all files. No read is under way; a later read opens anew.
    void close();
    std::uint64_t bytes_read() const { return bytes_read_; }
    std::size_t open_files() const { return files_.size(); }

  private:
    struct OpenFile;
    Task<Result<OpenFile*>> acquire(SegmentId segment);
    OpenFile* find(SegmentId segment);
    void shrink();

    io::Disk& disk_;
    const std::string dir_;
    const std::size_t open_files_max_;
    std::list<std::unique_ptr<OpenFile>> files_;  // the most recently used first
    std::uint64_t bytes_read_ = 0;
};

}  // namespace loam
