#include "engine/search/bits.h"

#include <algorithm>
#include <bit>

#include "engine/base/check.h"
#include "engine/codec/le.h"

namespace loam::lookup {

namespace {

constexpr unsigned kFieldBitsMax = 32;

}  // namespace

void BitWriter::bits(std::uint64_t value, unsigned count) {
    LOAM_DCHECK(count <= kFieldBitsMax && value >> count == 0);
    pending_ |= value << pending_bits_;
    pending_bits_ += count;
    while (pending_bits_ >= 8) {
        out_.push_back(static_cast<std::byte>(pending_ & 0xFF));
        pending_ >>= 8;
        pending_bits_ -= 8;
    }
}

void BitWriter::unary(std::uint64_t zeros) {
    for (; zeros >= kFieldBitsMax; zeros -= kFieldBitsMax)
        bits(0, kFieldBitsMax);
    bits(std::uint64_t{1} << zeros, static_cast<unsigned>(zeros) + 1);
}

void BitWriter::gamma(std::uint32_t value) {
    LOAM_CHECK(value > 0);
    const auto below = static_cast<unsigned>(std::bit_width(value)) - 1;
    unary(below);
    bits(value - (std::uint64_t{1} << below), below);
}

void BitWriter::finish() {
    if (pending_bits_ > 0) out_.push_back(static_cast<std::byte>(pending_ & 0xFF));
    pending_ = 0;
    pending_bits_ = 0;
}

/// At least 56 bits are pending after it, unless the input ends.
void BitReader::refill() {
    if (rest_.size() >= sizeof(std::uint64_t)) {
        // Bits above pending_bits_ may be there already: the same ones.
        pending_ |= load_le64(rest_.first<8>()) << pending_bits_;
        const unsigned octets = (63 - pending_bits_) / 8;
        rest_ = rest_.subspan(octets);
        pending_bits_ += octets * 8;
        return;
    }
    while (pending_bits_ < 56 && !rest_.empty()) {
        pending_ |= std::to_integer<std::uint64_t>(rest_[0]) << pending_bits_;
        pending_bits_ += 8;
        rest_ = rest_.subspan(1);
    }
}

void BitReader::take(unsigned count) {
    if (count > pending_bits_) {
        failed_ = true;
        return;
    }
    pending_ >>= count;
    pending_bits_ -= count;
}

std::uint64_t BitReader::bits(unsigned count) {
    LOAM_DCHECK(count <= kFieldBitsMax);
    if (pending_bits_ < count) refill();
    const std::uint64_t value = pending_ & ((std::uint64_t{1} << count) - 1);
    take(count);
    return failed_ ? 0 : value;
}

std::uint64_t BitReader::unary(std::uint64_t max) {
    std::uint64_t zeros = 0;
    while (!failed_) {
        if (pending_bits_ <= kFieldBitsMax) refill();
        const auto run = std::min(static_cast<unsigned>(std::countr_zero(pending_)), pending_bits_);
        zeros += run;
        if (zeros > max || pending_bits_ == 0) break;
        const bool ends = run < pending_bits_;
        // Two steps: a shift by all 64 bits would do nothing.
        take(run);
        if (!ends) continue;
        take(1);
        return zeros;
    }
    failed_ = true;
    return 0;
}

std::uint32_t BitReader::gamma() {
    const auto below = static_cast<unsigned>(unary(31));
    const std::uint64_t low = bits(below);
    return failed_ ? 0 : static_cast<std::uint32_t>((std::uint64_t{1} << below) + low);
}

}  // namespace loam::lookup
