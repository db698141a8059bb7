#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/io/task.h"

namespace loam::io {

/// What O_DIRECT wants of addresses, offsets and lengths.
inline constexpr std::size_t kDirectAlignBytes = 4096;

/// Memory aligned to kDirectAlignBytes, for writes that go to the device without a copy.
class AlignedBuffer {
  public:
    AlignedBuffer() = default;
    explicit AlignedBuffer(std::size_t size_bytes);  ///< rounded up to kDirectAlignBytes, zeroed
    std::byte* data() { return data_.get(); }
    const std::byte* data() const { return data_.get(); }
    std::size_t size() const { return size_; }
    MutableBytes span() { return {data_.get(), size_}; }
    Bytes span() const { return {data_.get(), size_}; }

  private:
    struct Free {
        void operator()(std::byte* data) const;
    };
    std::unique_ptr<std::byte, Free> data_;
    std::size_t size_ = 0;
};

/// An open file. Thread: the loop whose Disk opened it. Destroying it closes it; no operation may
/// be under way then.
class File {
  public:
    File() = default;
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    virtual ~File() = default;

    /// Reads into `out` from `offset`. Returns the octets read, fewer only at the end of the file.
    /// Errors: io.
    virtual Task<Result<std::size_t>> read(std::uint64_t offset, MutableBytes out) = 0;
    /// Writes all of `data`. Not durable before sync(). Errors: io, no_room.
    virtual Task<Status> write(std::uint64_t offset, Bytes data) = 0;
    /// Writes all of `data` and makes it durable, by the method that the probe chose
    /// (Disk::probe_sync). Address, offset and length are multiples of kDirectAlignBytes where the
    /// file was opened direct. Errors: io. After an error nobody knows what the disk holds: the
    /// caller ends the process.
    virtual Task<Status> write_durable(std::uint64_t offset, Bytes data) = 0;
    /// fdatasync. The same rule after an error.
    virtual Task<Status> sync() = 0;
    /// Reserves disk space for [0, size_bytes) and makes the file that long. Errors: no_room, io.
    virtual Task<Status> allocate(std::uint64_t size_bytes) = 0;
    /// Gives [offset, offset + length) back to the file system; it reads as zeros. Not durable
    /// before sync().
    virtual Task<Status> punch(std::uint64_t offset, std::uint64_t length) = 0;
    virtual Task<Result<std::uint64_t>> size() = 0;
};

enum class OpenMode : std::uint8_t {
    read,           ///< must exist; buffered reads
    write_direct,   ///< must exist; reads and writes without the page cache where the file system
                    ///< can
    create_direct,  ///< must not exist; as write_direct; mode 0600
    create,         ///< must not exist; buffered; mode 0600
    write,          ///< must exist; buffered
};

/// Files of one loop. Real: RingDisk (ring_disk.h). Simulated: SimDisk (sim/sim_disk.h), which
/// tears, drops and fails.
class Disk {
  public:
    Disk() = default;
    Disk(const Disk&) = delete;
    Disk& operator=(const Disk&) = delete;
    virtual ~Disk() = default;

    /// Errors: not_found, exists, io, no_room. Error texts name the path.
    virtual Task<Result<std::unique_ptr<File>>> open(std::string path, OpenMode mode) = 0;
    virtual Task<Status> rename(std::string from, std::string to) = 0;
    virtual Task<Status> unlink(std::string path) = 0;
    /// Creates one directory, mode 0700. exists is an error here as everywhere.
    virtual Task<Status> make_dir(std::string path) = 0;
    /// Makes creations, renames and unlinks in `path` durable.
    virtual Task<Status> sync_dir(std::string path) = 0;
    /// Names in `path`, sorted, without . and ..
    virtual Task<Result<std::vector<std::string>>> list(std::string path) = 0;
    virtual Task<Result<std::uint64_t>> free_bytes(std::string path) = 0;
};

}  // namespace loam::io
