#include "engine/io/receive_buffers.h"

#include <bit>
#include <sys/mman.h>
#include <utility>

#include <liburing.h>

#include "engine/base/check.h"

namespace loam::io {

namespace {

constexpr std::size_t kRingBytes = kReceiveBuffers * sizeof(io_uring_buf);
static_assert(std::has_single_bit(kReceiveBuffers), "the kernel wants a power of two");

/// Page-aligned and zeroed, as the kernel wants it.
io_uring_buf_ring* map_ring() {
    void* const mapped =
        mmap(nullptr, kRingBytes, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_PRIVATE, -1, 0);
    return mapped == MAP_FAILED ? nullptr : static_cast<io_uring_buf_ring*>(mapped);
}

}  // namespace

void ReceiveBuffers::Unmap::operator()(io_uring_buf_ring* ring) const {
    munmap(ring, kRingBytes);
}

ReceiveBuffers::ReceiveBuffers(Reactor& reactor)
    : reactor_(reactor), group_(reactor.new_buffer_group()), ring_(map_ring()) {
    if (!ring_) return;
    io_uring_buf_reg registration{};
    registration.ring_addr = std::bit_cast<std::uintptr_t>(ring_.get());
    registration.ring_entries = kReceiveBuffers;
    registration.bgid = group_;
    if (io_uring_register_buf_ring(reactor.ring(), &registration, 0) != 0) {
        ring_.reset();  // an older kernel: all buffers are extra ones
        return;
    }
    memory_ = std::make_unique_for_overwrite<std::byte[]>(kReceiveBuffers * kReceiveBufferBytes);
    for (std::uint32_t buffer = 0; buffer < kReceiveBuffers; ++buffer)
        provide(buffer);
}

ReceiveBuffers::~ReceiveBuffers() {
    LOAM_CHECK(reactor_.on_thread());
    LOAM_CHECK(out_ == 0);
    if (ring_) io_uring_unregister_buf_ring(reactor_.ring(), group_);
}

void ReceiveBuffers::provide(std::uint32_t buffer) {
    constexpr int kMask = static_cast<int>(kReceiveBuffers) - 1;
    io_uring_buf_ring_add(ring_.get(), memory_.get() + buffer * kReceiveBufferBytes,
                          kReceiveBufferBytes, static_cast<std::uint16_t>(buffer), kMask, 0);
    io_uring_buf_ring_advance(ring_.get(), 1);
}

Received ReceiveBuffers::chosen(std::uint32_t buffer, std::size_t size) {
    LOAM_CHECK(buffer < kReceiveBuffers && size <= kReceiveBufferBytes);
    take_returned();
    ++out_;
    return {this, buffer, Bytes(memory_.get() + buffer * kReceiveBufferBytes, size)};
}

std::uint32_t ReceiveBuffers::take_extra() {
    take_returned();
    std::uint32_t slot = 0;
    if (extra_free_.empty()) {
        slot = static_cast<std::uint32_t>(extra_.size());
        extra_.emplace_back();
    } else {
        slot = extra_free_.back();
        extra_free_.pop_back();
    }
    extra_[slot] = std::make_unique_for_overwrite<std::byte[]>(kReceiveBufferBytes);
    ++out_;
    return kReceiveBuffers + slot;
}

MutableBytes ReceiveBuffers::extra(std::uint32_t buffer) {
    LOAM_CHECK(buffer >= kReceiveBuffers && buffer - kReceiveBuffers < extra_.size());
    return {extra_[buffer - kReceiveBuffers].get(), kReceiveBufferBytes};
}

Received ReceiveBuffers::filled(std::uint32_t buffer, std::size_t size) {
    return {this, buffer, extra(buffer).first(size)};
}

void ReceiveBuffers::give_back(std::uint32_t buffer) {
    if (reactor_.on_thread()) {
        put_back(buffer);
    } else {
        const std::scoped_lock lock(mutex_);
        returned_.push_back(buffer);
        any_returned_.store(true, std::memory_order_release);
    }
    --out_;  // last: from now on this object may go away
}

void ReceiveBuffers::put_back(std::uint32_t buffer) {
    if (buffer < kReceiveBuffers) {
        provide(buffer);
        return;
    }
    const std::uint32_t slot = buffer - kReceiveBuffers;
    extra_[slot].reset();
    extra_free_.push_back(slot);
}

void ReceiveBuffers::take_returned() {
    if (!any_returned_.load(std::memory_order_acquire)) return;
    std::vector<std::uint32_t> returned;
    {
        const std::scoped_lock lock(mutex_);
        returned.swap(returned_);
        any_returned_.store(false, std::memory_order_release);
    }
    for (const std::uint32_t buffer : returned)
        put_back(buffer);
}

}  // namespace loam::io
