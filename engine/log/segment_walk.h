#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/io/disk.h"
#include "engine/log/format.h"
#include "engine/log/holes.h"
#include "engine/log/scanner.h"
#include "engine/log/segment_window.h"

namespace loam {

/// Goes through the groups of one segment, whatever is before and behind it in the log, so that
/// damage in one segment hides no other. The chain of groups is not looked at. Steps over holes.
/// Thread: the disk's loop.
class SegmentWalk {
  public:
    /// Errors: not_found, io.
    static Task<Result<std::unique_ptr<SegmentWalk>>> open(io::Disk& disk, std::string dir,
                                                           SegmentId segment,
                                                           std::vector<LogHole> holes);

    /// Where the next group begins. Behind the closing group, or where a hole takes the rest, the
    /// walk is over.
    Lsn at() const { return make_lsn(segment_, offset_); }
    bool over() const { return over_; }
    /// The group at at(). Not once it is over. Errors: corrupt (none is there, or its table or
    /// metas are damaged; names file and offset), unsupported, io.
    Task<Result<ScannedGroup>> next();
    /// The octets of a payload in the group that next() gave last, unchecked; fewer where the file
    /// ends. They stay until the next call of anything here. Errors: io.
    Task<Result<Bytes>> payload(Place place);

  private:
    SegmentWalk(std::unique_ptr<SegmentWindow> window, std::string dir, SegmentId segment,
                std::vector<LogHole> holes);
    void step_over_holes();

    std::unique_ptr<SegmentWindow> window_;
    const std::string dir_;
    const SegmentId segment_;
    const std::vector<LogHole> holes_;
    std::uint64_t offset_ = kSegmentHeaderBytes;
    bool over_ = false;
};

}  // namespace loam
