#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/io/sim/sim_survival.h"

namespace loam::io {

/// What a disk writes whole or not at all.
inline constexpr std::size_t kSectorBytes = 512;

/// A change not yet durable, of a file or of the names; the numbers ascend.
using ChangeId = std::uint64_t;

/// One simulated file: what reads see, what the disk holds, and the changes in between.
/// A change may reach the disk from the moment it begins, in pieces; a sync covers those that had
/// ended when it began.
class SimInode {
  public:
    SimInode() = default;
    SimInode(const SimInode&) = delete;
    SimInode& operator=(const SimInode&) = delete;

    std::uint64_t size() const { return live_.size(); }
    std::size_t read(std::uint64_t offset, MutableBytes out) const;

    ChangeId begin_write(std::uint64_t offset, Bytes data);
    ChangeId begin_allocate(std::uint64_t size_bytes);
    ChangeId begin_punch(std::uint64_t offset, std::uint64_t length);
    void end(ChangeId change);
    /// Whoever began changes is dead; what they began goes on.
    void end_all();

    /// The changes that a sync beginning now covers.
    std::vector<ChangeId> ended() const;
    void persist(const std::vector<ChangeId>& changes);
    /// A sync failed: reads go on seeing `changes`, but no later sync writes them, and a power cut
    /// may lose them.
    void lose(const std::vector<ChangeId>& changes);
    std::size_t unsynced() const { return changes_.size(); }
    void crash(Survival& survival);

    /// Damage: flips one bit on the disk and for readers alike.
    void flip(std::uint64_t offset, unsigned bit);

  private:
    struct Sector {
        std::uint64_t index;
        std::array<std::byte, kSectorBytes> data;
    };
    struct Change {
        ChangeId id;
        bool ended = false;
        std::uint64_t size_bytes = 0;  ///< of the file, if this change made it longer
        std::vector<Sector> sectors;
    };
    Change& begin(std::uint64_t end_bytes);
    void add_sectors(Change& change, std::uint64_t offset, std::uint64_t length);
    void put(const Sector& sector);

    ByteVector live_;
    ByteVector durable_;  ///< may reach beyond durable_bytes_; that part is not the file's yet
    std::uint64_t durable_bytes_ = 0;  ///< the size that the disk knows
    std::vector<Change> changes_;
    ChangeId last_id_ = 0;
};

}  // namespace loam::io
