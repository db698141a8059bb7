#pragma once

#include <string>

#include "engine/io/disk.h"
#include "engine/io/ring_disk.h"

namespace loam::io {

/// A file that RingDisk opened. Owns `fd`.
class RingFile final : public File {
  public:
    /// `direct` is what the caller asked for; the rules of alignment hold even where the file
    /// system has no O_DIRECT.
    RingFile(RingDisk& disk, int fd, std::string path, bool direct);
    RingFile(const RingFile&) = delete;
    RingFile& operator=(const RingFile&) = delete;
    ~RingFile() override;

    Task<Result<std::size_t>> read(std::uint64_t offset, MutableBytes out) override;
    Task<Status> write(std::uint64_t offset, Bytes data) override;
    Task<Status> write_durable(std::uint64_t offset, Bytes data) override;
    Task<Status> sync() override;
    Task<Status> allocate(std::uint64_t size_bytes) override;
    Task<Status> punch(std::uint64_t offset, std::uint64_t length) override;
    Task<Result<std::uint64_t>> size() override;

  private:
    Task<Result<std::size_t>> read_into(std::uint64_t offset, MutableBytes out);
    Task<Status> write_dsync(std::uint64_t offset, Bytes data);
    Task<Status> write_linked(std::uint64_t offset, Bytes data);
    Task<int> fallocate(int mode, std::uint64_t offset, std::uint64_t length);
    bool may_pass(std::uint64_t offset, Bytes data) const;
    Status whole(int result, std::size_t wanted) const;

    RingDisk& disk_;
    Reactor& reactor_;
    const int fd_;
    const std::string path_;
    const bool direct_;
};

}  // namespace loam::io
