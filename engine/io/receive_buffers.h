#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/io/net.h"
#include "engine/io/reactor.h"

struct io_uring_buf_ring;

namespace loam::io {

/// A TLS record, or one round of a large upload, in one piece. Connections hold a buffer only while
/// they look at what came in, so a few hundred serve any number of them; when all are out, extra
/// ones come from the heap.
inline constexpr std::size_t kReceiveBufferBytes = 16U << 10;
inline constexpr unsigned kReceiveBuffers = 256;

/// The buffers that one reactor's sockets receive into: a ring of provided buffers, from which the
/// kernel takes one only when octets have come, and extra ones from the heap. Without kernel
/// support (before 5.19) all are extra. Thread: the reactor's, but give_back() is safe on any.
/// Lifetime: outlives every Received that it made (checked).
class ReceiveBuffers final : public Received::Owner {
  public:
    explicit ReceiveBuffers(Reactor& reactor);
    ReceiveBuffers(const ReceiveBuffers&) = delete;
    ReceiveBuffers& operator=(const ReceiveBuffers&) = delete;
    ~ReceiveBuffers();

    /// Whether the kernel can choose buffers, out of group().
    bool provided() const { return ring_ != nullptr; }
    std::uint16_t group() const { return group_; }
    /// The buffer that the kernel chose and filled.
    Received chosen(std::uint32_t buffer, std::size_t size);

    /// A buffer from the heap, to be filled and passed to filled(), or given back unfilled.
    std::uint32_t take_extra();
    MutableBytes extra(std::uint32_t buffer);
    Received filled(std::uint32_t buffer, std::size_t size);

    void give_back(std::uint32_t buffer) override;

  private:
    struct Unmap {
        void operator()(io_uring_buf_ring* ring) const;
    };
    void provide(std::uint32_t buffer);
    void put_back(std::uint32_t buffer);
    void take_returned();

    Reactor& reactor_;
    const std::uint16_t group_;
    std::unique_ptr<io_uring_buf_ring, Unmap> ring_;
    std::unique_ptr<std::byte[]> memory_;  ///< kReceiveBuffers of kReceiveBufferBytes

    // Extra buffers have the numbers from kReceiveBuffers on. A free one keeps its number, not its
    // memory.
    std::vector<std::unique_ptr<std::byte[]>> extra_;
    std::vector<std::uint32_t> extra_free_;

    std::atomic<std::size_t> out_ = 0;  ///< buffers that somebody holds
    std::atomic<bool> any_returned_ = false;
    std::mutex mutex_;                     ///< guards returned_
    std::vector<std::uint32_t> returned_;  ///< given back by other threads
};

}  // namespace loam::io
