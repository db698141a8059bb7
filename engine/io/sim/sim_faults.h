#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <vector>

#include "engine/base/result.h"

namespace loam::io {

enum class DiskOp : std::uint8_t {
    open,
    read,
    write,  ///< write_durable too
    sync,
    allocate,
    punch,
    rename,
    unlink,
    make_dir,
    sync_dir,
    list,
    free_bytes,
};

/// What goes wrong on a simulated disk, and when. Operations are counted from 0, in the order in
/// which they begin.
class SimFaults {
  public:
    enum class Fate : std::uint8_t {
        good,
        fails,  ///< with `code`
        flips,  ///< a read gets one wrong bit
        cut,    ///< the power goes while this one is under way: it may have reached the disk, and
                ///< never ends
        off,    ///< there is no power: it never begins and never ends
    };
    struct Verdict {
        Fate fate = Fate::good;
        Errc code = Errc::io;
        /// Whether it does anything to the disk. A write without room does nothing; one that fails
        /// may.
        bool begins() const {
            return fate == Fate::good || fate == Fate::cut ||
                   (fate == Fate::fails && code == Errc::io);
        }
    };

    /// Operation number `operation` fails. no_room leaves nothing behind; after io nobody knows.
    void fail_at(std::uint64_t operation, Errc code) { at_[operation] = {Fate::fails, code}; }
    /// The next operation of that kind fails, after `skip` good ones.
    void fail_next(DiskOp kind, Errc code, std::uint64_t skip = 0) {
        next_.push_back({kind, skip, {Fate::fails, code}});
    }
    /// The next read gets one wrong bit, after `skip` good ones.
    void flip_next_read(std::uint64_t skip = 0) {
        next_.push_back({DiskOp::read, skip, {Fate::flips, Errc::io}});
    }
    /// The power goes during operation number `operation`: it and whatever is under way then never
    /// end.
    void crash_at(std::uint64_t operation) { crash_at_ = operation; }
    /// The power goes now.
    void cut_power() { power_ = false; }

    /// Operations begun so far.
    std::uint64_t operations() const { return operations_; }
    bool power() const { return power_; }

    // For SimDisk.
    Verdict next(DiskOp kind);
    /// Power is back; what was planned is forgotten, the count goes on.
    void restart();

  private:
    struct Planned {
        DiskOp kind;
        std::uint64_t skip;
        Verdict verdict;
    };
    std::uint64_t operations_ = 0;
    bool power_ = true;
    std::uint64_t crash_at_ = std::numeric_limits<std::uint64_t>::max();
    std::map<std::uint64_t, Verdict> at_;
    std::vector<Planned> next_;
};

}  // namespace loam::io
