#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "engine/base/bytes.h"
#include "engine/base/result.h"

/// The two ends of everything Loam writes: append fields to a buffer, read fields from a span.
namespace loam {

/// Most octets one varint takes: LEB128, seven bits an octet, least significant first.
inline constexpr std::size_t kVarintBytesMax = 10;

/// Octets that put_varint appends for `value`.
std::size_t varint_bytes(std::uint64_t value);

/// Maps small negative numbers to small varints: 0, -1, 1, -2 become 0, 1, 2, 3.
constexpr std::uint64_t zigzag(std::int64_t value) {
    return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
constexpr std::int64_t unzigzag(std::uint64_t value) {
    return static_cast<std::int64_t>((value >> 1) ^ (~(value & 1) + 1));
}

/// Appends fields to a buffer. Borrows `out`, which may hold earlier bytes; writes at its end only.
class ByteWriter {
  public:
    explicit ByteWriter(ByteVector& out) : out_(out) {}

    void u8(std::uint8_t value) { out_.push_back(std::byte{value}); }
    void u16(std::uint16_t value);  ///< little endian, as u32 and u64
    void u32(std::uint32_t value);
    void u64(std::uint64_t value);
    void be16(std::uint16_t value);  ///< big endian, for keys that must sort
    void be32(std::uint32_t value);
    void be64(std::uint64_t value);
    void varint(std::uint64_t value);
    void svarint(std::int64_t value) { varint(zigzag(value)); }
    void bytes(Bytes value);        ///< as they are, without a length
    void sized_bytes(Bytes value);  ///< varint length, then the bytes
    void string(std::string_view value) { sized_bytes(as_bytes(value)); }
    std::size_t size() const { return out_.size(); }

  private:
    ByteVector& out_;
};

/// Reads fields from a span that may hold anything. A failure sticks: from then on every read
/// returns zero or nothing, so a decoder reads all its fields in a row and asks finish() once.
/// Loops must be bounded by count(), which is zero after a failure.
/// Lifetime: borrows `in` and `what`; returned Bytes and string_views point into `in`.
class ByteReader {
  public:
    /// `what` names the thing being read in error messages: "blob layout".
    explicit ByteReader(Bytes in, std::string_view what = "bytes") : rest_(in), what_(what) {}

    std::uint8_t u8();
    std::uint16_t u16();  ///< little endian, as u32 and u64
    std::uint32_t u32();
    std::uint64_t u64();
    std::uint16_t be16();
    std::uint32_t be32();
    std::uint64_t be64();
    /// Refuses more than 64 bits and any form but the shortest, so equal values have equal bytes.
    std::uint64_t varint();
    /// A varint of at most `max`.
    std::uint64_t varint_max(std::uint64_t max);
    std::int64_t svarint() { return unzigzag(varint()); }
    /// How many items follow: a varint of at most `max`, and of no more than the octets left
    /// divided by `item_bytes_min`, so that reserve(count) cannot be made to allocate much.
    std::size_t count(std::size_t max, std::size_t item_bytes_min = 1);
    Bytes bytes(std::size_t size);
    Bytes sized_bytes(std::size_t size_max);        ///< varint length, then the bytes
    std::string_view string(std::size_t size_max);  ///< the same as characters
    Bytes rest();                                   ///< all that is left

    bool ok() const { return !failed_; }
    std::size_t remaining() const { return rest_.size(); }
    bool at_end() const { return rest_.empty(); }
    /// Makes the reader fail from outside, for a value that decodes but cannot be right. `why` is a
    /// literal. The first reason stays.
    void refuse(std::string_view why);
    /// The first failure so far, if any; bytes may be left. Errors: corrupt.
    Status status() const;
    /// As status(), and refuses octets left over.
    Status finish();

  private:
    Bytes rest_;
    std::string_view what_;
    std::string_view why_;
    bool failed_ = false;
};

}  // namespace loam
