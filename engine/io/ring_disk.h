#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/io/disk.h"
#include "engine/io/reactor.h"

namespace loam::io {

/// How File::write_durable makes a write durable.
enum class SyncMethod : std::uint8_t {
    fdatasync_linked,  ///< a write and an fdatasync that the kernel starts once the write ended
                       ///< whole
    dsync,             ///< one RWF_DSYNC write: one FUA write where the device has FUA
    off,               ///< nothing is made durable, here or by any sync: for benchmarks only
};

/// The real files of one reactor. Reads and writes go through its ring; what has no ring operation
/// goes to the workers. Thread: the reactor's. Lifetime: borrows `reactor`; its files borrow it.
class RingDisk final : public Disk {
  public:
    explicit RingDisk(Reactor& reactor) : reactor_(reactor) {}

    Task<Result<std::unique_ptr<File>>> open(std::string path, OpenMode mode) override;
    Task<Status> rename(std::string from, std::string to) override;
    Task<Status> unlink(std::string path) override;
    Task<Status> make_dir(std::string path) override;
    Task<Status> sync_dir(std::string path) override;
    Task<Result<std::vector<std::string>>> list(std::string path) override;
    Task<Result<std::uint64_t>> free_bytes(std::string path) override;

    SyncMethod sync_method() const { return sync_method_; }
    /// For all later writes and syncs, of files open already too.
    void set_sync_method(SyncMethod method) { sync_method_ = method; }
    Reactor& reactor() { return reactor_; }

  private:
    Task<Result<int>> open_fd(const std::string& path, int flags);

    Reactor& reactor_;
    SyncMethod sync_method_ = SyncMethod::fdatasync_linked;
};

}  // namespace loam::io
