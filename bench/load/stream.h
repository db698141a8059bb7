#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace loam::load {

/// A connected non-blocking socket with what waits to be sent. Owns the fd. Thread: one.
class Stream {
  public:
    explicit Stream(int fd) : fd_(fd) {}
    ~Stream();
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    Stream(Stream&&) = delete;
    Stream& operator=(Stream&&) = delete;

    int fd() const { return fd_; }
    /// Queues octets; nothing is written before flush().
    void queue(std::string_view octets) { waiting_.append(octets); }
    /// Writes what the socket takes now. Errors: closed, io.
    Status flush();
    /// Reads at most `size_bytes` to `into`; 0 when nothing is there now. Errors: closed (end of
    /// stream), io.
    Result<std::size_t> receive(char* into, std::size_t size_bytes);

    std::uint64_t sent_bytes() const { return sent_bytes_; }
    std::uint64_t received_bytes() const { return received_bytes_; }

  private:
    int fd_;
    std::string waiting_;
    std::size_t written_ = 0;  ///< of `waiting_`
    std::uint64_t sent_bytes_ = 0;
    std::uint64_t received_bytes_ = 0;
};

}  // namespace loam::load
