#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/io/disk.h"
#include "engine/io/sim/sim_media.h"

namespace loam::io {

/// One loop's way to a SimMedia. Every operation takes some virtual time and ends in no given
/// order. Lifetime: borrows both; dead (every operation fails with io) after the media crashed.
class SimDisk final : public Disk {
  public:
    SimDisk(SimLoop& loop, SimMedia& media)
        : loop_(loop), media_(media), generation_(media.generation()) {}

    Task<Result<std::unique_ptr<File>>> open(std::string path, OpenMode mode) override;
    Task<Status> rename(std::string from, std::string to) override;
    Task<Status> unlink(std::string path) override;
    Task<Status> make_dir(std::string path) override;
    Task<Status> sync_dir(std::string path) override;
    Task<Result<std::vector<std::string>>> list(std::string path) override;
    Task<Result<std::uint64_t>> free_bytes(std::string path) override;

    // For SimFile.
    SimMedia& media() { return media_; }
    bool dead() const { return media_.generation() != generation_; }
    /// Counts an operation that begins, and says how it will go.
    SimFaults::Verdict begin(DiskOp kind);
    /// Lets it take its time. Good, or the error that it ends with. `what` for the words.
    Task<Status> finish(SimFaults::Verdict verdict, std::string what);

  private:
    Task<Status> change_names(SimFaults::Verdict verdict, Result<ChangeId> change,
                              std::string what);

    SimLoop& loop_;
    SimMedia& media_;
    const std::uint64_t generation_;
};

}  // namespace loam::io
