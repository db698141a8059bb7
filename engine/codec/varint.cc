#include "engine/codec/varint.h"

#include <array>
#include <bit>
#include <limits>

#include "engine/base/check.h"
#include "engine/codec/le.h"

namespace loam {

namespace {

template <std::size_t Size, typename T>
void append(ByteVector& out, T value, void (*store)(std::span<std::byte, Size>, T)) {
    std::array<std::byte, Size> octets{};
    store(octets, value);
    out.insert(out.end(), octets.begin(), octets.end());
}

}  // namespace

std::size_t varint_bytes(std::uint64_t value) {
    const auto bits = static_cast<std::size_t>(std::bit_width(value | 1));
    return (bits + 6) / 7;
}

void ByteWriter::u16(std::uint16_t value) {
    append<2>(out_, value, &store_le16);
}
void ByteWriter::u32(std::uint32_t value) {
    append<4>(out_, value, &store_le32);
}
void ByteWriter::u64(std::uint64_t value) {
    append<8>(out_, value, &store_le64);
}
void ByteWriter::be16(std::uint16_t value) {
    append<2>(out_, value, &store_be16);
}
void ByteWriter::be32(std::uint32_t value) {
    append<4>(out_, value, &store_be32);
}
void ByteWriter::be64(std::uint64_t value) {
    append<8>(out_, value, &store_be64);
}

void ByteWriter::varint(std::uint64_t value) {
    while (value >= 0x80) {
        u8(static_cast<std::uint8_t>(value | 0x80));
        value >>= 7;
    }
    u8(static_cast<std::uint8_t>(value));
}

void ByteWriter::bytes(Bytes value) {
    out_.insert(out_.end(), value.begin(), value.end());
}

void ByteWriter::sized_bytes(Bytes value) {
    varint(value.size());
    bytes(value);
}

void ByteReader::refuse(std::string_view why) {
    if (failed_) return;
    failed_ = true;
    why_ = why;
    rest_ = {};
}

Bytes ByteReader::bytes(std::size_t size) {
    if (size > rest_.size()) {
        refuse("cut short");
        return {};
    }
    const Bytes taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
}

std::uint8_t ByteReader::u8() {
    const Bytes in = bytes(1);
    return in.empty() ? std::uint8_t{0} : std::to_integer<std::uint8_t>(in[0]);
}

std::uint16_t ByteReader::u16() {
    const Bytes in = bytes(2);
    return in.empty() ? std::uint16_t{0} : load_le16(in.first<2>());
}

std::uint32_t ByteReader::u32() {
    const Bytes in = bytes(4);
    return in.empty() ? 0 : load_le32(in.first<4>());
}

std::uint64_t ByteReader::u64() {
    const Bytes in = bytes(8);
    return in.empty() ? 0 : load_le64(in.first<8>());
}

std::uint16_t ByteReader::be16() {
    const Bytes in = bytes(2);
    return in.empty() ? std::uint16_t{0} : load_be16(in.first<2>());
}

std::uint32_t ByteReader::be32() {
    const Bytes in = bytes(4);
    return in.empty() ? 0 : load_be32(in.first<4>());
}

std::uint64_t ByteReader::be64() {
    const Bytes in = bytes(8);
    return in.empty() ? 0 : load_be64(in.first<8>());
}

std::uint64_t ByteReader::varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        const std::uint8_t octet = u8();
        if (failed_) return 0;
        const std::uint64_t bits = octet & 0x7FU;
        if (shift == 63 && bits > 1) break;
        value |= bits << shift;
        if ((octet & 0x80U) != 0) continue;
        if (octet == 0 && shift > 0) {
            refuse("number not in its shortest form");
            return 0;
        }
        return value;
    }
    refuse("number of more than 64 bits");
    return 0;
}

std::uint64_t ByteReader::varint_max(std::uint64_t max) {
    const std::uint64_t value = varint();
    if (value <= max) return value;
    refuse("number too large");
    return 0;
}

std::size_t ByteReader::count(std::size_t max, std::size_t item_bytes_min) {
    LOAM_CHECK(item_bytes_min > 0);
    const std::uint64_t items = varint_max(max);
    if (items <= rest_.size() / item_bytes_min) return items;
    refuse("more items than octets");
    return 0;
}

Bytes ByteReader::sized_bytes(std::size_t size_max) {
    const std::uint64_t size = varint_max(size_max);
    return bytes(size);
}

std::string_view ByteReader::string(std::size_t size_max) {
    return as_text(sized_bytes(size_max));
}

Bytes ByteReader::rest() {
    return bytes(rest_.size());
}

Status ByteReader::status() const {
    if (!failed_) return Status::good();
    std::string what{what_};
    what += ": ";
    what += why_;
    return fail(Errc::corrupt, std::move(what));
}

Status ByteReader::finish() {
    if (!failed_ && !rest_.empty()) refuse("octets left over");
    return status();
}

}  // namespace loam
