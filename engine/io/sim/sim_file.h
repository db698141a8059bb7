#pragma once

#include <string>

#include "engine/io/disk.h"
#include "engine/io/sim/sim_disk.h"

namespace loam::io {

/// A file that SimDisk opened. The rules of alignment are RingFile's, so that what runs here runs
/// there.
class SimFile final : public File {
  public:
    SimFile(SimDisk& disk, SimTree::Node node, std::string path, OpenMode mode);

    Task<Result<std::size_t>> read(std::uint64_t offset, MutableBytes out) override;
    Task<Status> write(std::uint64_t offset, Bytes data) override;
    Task<Status> write_durable(std::uint64_t offset, Bytes data) override;
    Task<Status> sync() override;
    Task<Status> allocate(std::uint64_t size_bytes) override;
    Task<Status> punch(std::uint64_t offset, std::uint64_t length) override;
    Task<Result<std::uint64_t>> size() override;

  private:
    Task<Status> put(std::uint64_t offset, Bytes data, bool durable);
    void flip_one(MutableBytes data);

    SimDisk& disk_;
    SimMedia& media_;
    const SimTree::Node node_;
    const std::string path_;
    const bool direct_;
    const bool writable_;
};

}  // namespace loam::io
