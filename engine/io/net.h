#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "engine/base/bytes.h"
#include "engine/base/result.h"
#include "engine/io/task.h"

namespace loam::io {

/// Received octets in a buffer that belongs to the loop; the destructor gives it back. Empty means
/// end of stream.
class Received {
  public:
    class Owner {
      public:
        virtual void give_back(std::uint32_t buffer) = 0;

      protected:
        ~Owner() = default;
    };
    Received() = default;
    Received(Owner* owner, std::uint32_t buffer, Bytes bytes)
        : owner_(owner), buffer_(buffer), bytes_(bytes) {}
    Received(Received&& other) noexcept
        : owner_(std::exchange(other.owner_, nullptr)),
          buffer_(other.buffer_),
          bytes_(other.bytes_) {}
    Received& operator=(Received&& other) noexcept {
        std::swap(owner_, other.owner_);
        std::swap(buffer_, other.buffer_);
        std::swap(bytes_, other.bytes_);
        return *this;
    }
    Received(const Received&) = delete;
    Received& operator=(const Received&) = delete;
    ~Received() {
        if (owner_ != nullptr) owner_->give_back(buffer_);
    }
    Bytes bytes() const { return bytes_; }
    bool empty() const { return bytes_.empty(); }

  private:
    Owner* owner_ = nullptr;
    std::uint32_t buffer_ = 0;
    Bytes bytes_;
};

/// A connected socket. Thread: the loop whose Net made it. One receive and one send may be under
/// way together. Destroying it closes the socket; no operation may be under way then.
class Stream {
  public:
    Stream() = default;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    virtual ~Stream() = default;

    /// Waits for octets without holding a buffer meanwhile. Empty at the end of the stream. Errors:
    /// closed, io.
    virtual Task<Result<Received>> receive() = 0;
    /// Sends all of `data`, waiting for a slow reader. Errors: closed (peer gone or shutdown()
    /// called), io.
    virtual Task<Status> send(Bytes data) = 0;
    /// Ends both directions: operations under way end soon with closed or an empty receive. May be
    /// called twice.
    virtual void shutdown() = 0;
    /// For logs: "127.0.0.1:49152", "[::1]:49152" or "unix".
    virtual std::string peer() const = 0;
    virtual bool peer_is_loopback() const = 0;
    /// Takes the socket out so that another loop's Net can adopt() it. No operation may be under
    /// way; this object is then empty. Returns an opaque number (a file descriptor, or the
    /// simulation's own).
    virtual int release() = 0;
};

class Listener {
  public:
    Listener() = default;
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    virtual ~Listener() = default;
    /// Errors: closed after shutdown(); busy when out of file descriptors (wait a little, go on).
    virtual Task<Result<std::unique_ptr<Stream>>> accept() = 0;
    virtual void shutdown() = 0;
    /// The bound address, with the port that the kernel chose for ":0".
    virtual std::string address() const = 0;
};

class Net {
  public:
    Net() = default;
    Net(const Net&) = delete;
    Net& operator=(const Net&) = delete;
    virtual ~Net() = default;

    /// `address`: "127.0.0.1:1143", "[::1]:1143" or "unix:/path" (mode 0600). TCP listeners share
    /// their port (SO_REUSEPORT), so each loop has one of its own. Errors: invalid (bad address),
    /// io (in use, not permitted).
    virtual Result<std::unique_ptr<Listener>> listen(const std::string& address) = 0;
    virtual Task<Result<std::unique_ptr<Stream>>> connect(std::string address) = 0;
    /// Takes over a socket that another loop's Stream::release() gave.
    virtual std::unique_ptr<Stream> adopt(int socket) = 0;
};

}  // namespace loam::io
