#pragma once

#include <memory>
#include <string>

#include "engine/base/result.h"

namespace loam::keep {

/// The store's LOCK file, held by flock for as long as this object lives: one process, one store.
class LockFile {
  public:
    /// Creates the file if need be, writes our process id into it for people. Errors: busy (names
    /// the holder), io.
    static Result<std::unique_ptr<LockFile>> acquire(const std::string& directory);
    /// Locks a directory instead, without a file: whoever reads a log that others write shares it,
    /// and waits for it a moment; whoever deletes from that log has it alone, now or not at all.
    /// Errors: busy, io.
    static Result<std::unique_ptr<LockFile>> share_directory(const std::string& directory);
    static Result<std::unique_ptr<LockFile>> own_directory(const std::string& directory);
    LockFile(const LockFile&) = delete;
    LockFile& operator=(const LockFile&) = delete;
    ~LockFile();

  private:
    static Result<std::unique_ptr<LockFile>> lock_directory(const std::string& directory, int how);
    explicit LockFile(int fd) : fd_(fd) {}
    int fd_;
};

}  // namespace loam::keep
