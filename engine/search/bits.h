#pragma once

#include <cstdint>

#include "engine/base/bytes.h"

/// Numbers that are no whole octets, the least significant bit first.
namespace loam::lookup {

/// Appends to `out`, which outlives the writer. The last octet is filled up with zeros by finish().
class BitWriter {
  public:
    explicit BitWriter(ByteVector& out) : out_(out) {}
    /// The low `count` bits of `value`, at most 32; the others are zero.
    void bits(std::uint64_t value, unsigned count);
    /// `zeros` zero bits, then a one.
    void unary(std::uint64_t zeros);
    /// Elias gamma: 1 to 2^32-1 in about twice as many bits as the number has.
    void gamma(std::uint32_t value);
    void finish();

  private:
    ByteVector& out_;
    std::uint64_t pending_ = 0;
    unsigned pending_bits_ = 0;
};

/// Reads from what may hold anything. A failure sticks, and every read gives zero from then on.
class BitReader {
  public:
    explicit BitReader(Bytes in) : rest_(in) {}
    std::uint64_t bits(unsigned count);
    /// At most `max`; more is a failure.
    std::uint64_t unary(std::uint64_t max);
    std::uint32_t gamma();
    bool ok() const { return !failed_; }
    void refuse() { failed_ = true; }

  private:
    void refill();
    void take(unsigned count);

    Bytes rest_;
    std::uint64_t pending_ = 0;
    unsigned pending_bits_ = 0;
    bool failed_ = false;
};

}  // namespace loam::lookup
