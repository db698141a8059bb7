#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>

#include "engine/base/bytes.h"

/// Integers on disk: little endian in records, big endian in RocksDB keys, where order matters.
/// A span of the right size is the caller's duty and, being of fixed extent, checked by the
/// compiler.
namespace loam {

namespace codec_detail {

template <std::unsigned_integral T, std::endian Order>
constexpr T in_order(T value) {
    if constexpr (Order == std::endian::native) return value;
    return std::byteswap(value);
}

template <std::unsigned_integral T, std::endian Order>
T load(std::span<const std::byte, sizeof(T)> in) {
    T value{};
    std::memcpy(&value, in.data(), sizeof(T));
    return in_order<T, Order>(value);
}

template <std::unsigned_integral T, std::endian Order>
void store(std::span<std::byte, sizeof(T)> out, T value) {
    const T ordered = in_order<T, Order>(value);
    std::memcpy(out.data(), &ordered, sizeof(T));
}

}  // namespace codec_detail

inline std::uint16_t load_le16(std::span<const std::byte, 2> in) {
    return codec_detail::load<std::uint16_t, std::endian::little>(in);
}
inline std::uint32_t load_le32(std::span<const std::byte, 4> in) {
    return codec_detail::load<std::uint32_t, std::endian::little>(in);
}
inline std::uint64_t load_le64(std::span<const std::byte, 8> in) {
    return codec_detail::load<std::uint64_t, std::endian::little>(in);
}
inline std::uint16_t load_be16(std::span<const std::byte, 2> in) {
    return codec_detail::load<std::uint16_t, std::endian::big>(in);
}
inline std::uint32_t load_be32(std::span<const std::byte, 4> in) {
    return codec_detail::load<std::uint32_t, std::endian::big>(in);
}
inline std::uint64_t load_be64(std::span<const std::byte, 8> in) {
    return codec_detail::load<std::uint64_t, std::endian::big>(in);
}

inline void store_le16(std::span<std::byte, 2> out, std::uint16_t value) {
    codec_detail::store<std::uint16_t, std::endian::little>(out, value);
}
inline void store_le32(std::span<std::byte, 4> out, std::uint32_t value) {
    codec_detail::store<std::uint32_t, std::endian::little>(out, value);
}
inline void store_le64(std::span<std::byte, 8> out, std::uint64_t value) {
    codec_detail::store<std::uint64_t, std::endian::little>(out, value);
}
inline void store_be16(std::span<std::byte, 2> out, std::uint16_t value) {
    codec_detail::store<std::uint16_t, std::endian::big>(out, value);
}
inline void store_be32(std::span<std::byte, 4> out, std::uint32_t value) {
    codec_detail::store<std::uint32_t, std::endian::big>(out, value);
}
inline void store_be64(std::span<std::byte, 8> out, std::uint64_t value) {
    codec_detail::store<std::uint64_t, std::endian::big>(out, value);
}

}  // namespace loam
