#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "engine/check/findings.h"
#include "engine/index/view.h"
#include "engine/io/disk.h"
#include "engine/io/task.h"
#include "engine/log/scanner.h"

namespace loam::check {

/// The places that the log says were about to be erased, 60 octets each.
class AnnouncedErasures {
  public:
    void add(const ScannedGroup& group);
    bool contains(const Place& place) const {
        return places_.contains({place.group, place.record});
    }
    using Places = std::map<std::pair<Lsn, std::uint32_t>, Place>;
    const Places& places() const { return places_; }
    /// When the log was last written.
    std::int64_t wall_us() const { return wall_us_; }

  private:
    Places places_;
    std::int64_t wall_us_ = 0;
};

/// Every content has messages or is owed to the eraser, and not both; no content that is left lies
/// where something was erased; nothing waits for long behind its deadline. Errors: io.
Status check_erasures(const IndexView& view, const AnnouncedErasures& announced,
                      Findings& findings);

/// What is said to be erased is zeros. Reads all of it. Errors: io.
Task<Status> check_zeros(const IndexView& view, const AnnouncedErasures& announced, io::Disk& disk,
                         const FsckOptions& options, Findings& findings);

}  // namespace loam::check
