#include "engine/codec/base64.h"

#include <array>
#include <cstring>
#include <string_view>

#include "engine/base/check.h"
#include "engine/codec/le.h"

namespace loam {

namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::byte kPad{'='};

// Two characters for every 12 bits, the first in the low octet.
constexpr auto kPairs = [] {
    std::array<std::uint16_t, 4096> pairs{};
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        const auto first = static_cast<unsigned char>(kAlphabet[i >> 6]);
        const auto second = static_cast<unsigned char>(kAlphabet[i & 63]);
        pairs[i] = static_cast<std::uint16_t>(first | second << 8);
    }
    return pairs;
}();

// The six bits of a character, moved to where the n-th character of a quantum has them when its
// three octets are seen as a little endian number. Bit 31 marks what is not in the alphabet.
constexpr std::uint32_t kForeign = 0x80000000;
using QuantumTable = std::array<std::array<std::uint32_t, 256>, 4>;
constexpr QuantumTable kQuantum = [] {
    QuantumTable table{};
    for (auto& column : table)
        column.fill(kForeign);
    for (std::uint32_t bits = 0; bits < 64; ++bits) {
        const auto c = static_cast<unsigned char>(kAlphabet[bits]);
        table[0][c] = bits << 2;
        table[1][c] = bits >> 4 | (bits & 15) << 12;
        table[2][c] = (bits >> 2) << 8 | (bits & 3) << 22;
        table[3][c] = bits << 16;
    }
    return table;
}();

std::uint32_t bits_of(std::byte c) {
    return kQuantum[3][std::to_integer<std::size_t>(c)] >> 16;
}

std::uint32_t decode_quantum(const std::byte* in) {
    return kQuantum[0][std::to_integer<std::size_t>(in[0])] |
           kQuantum[1][std::to_integer<std::size_t>(in[1])] |
           kQuantum[2][std::to_integer<std::size_t>(in[2])] |
           kQuantum[3][std::to_integer<std::size_t>(in[3])];
}

void store_octets(std::uint32_t octets, std::byte* out) {
    out[0] = static_cast<std::byte>(octets & 0xFF);
    out[1] = static_cast<std::byte>(octets >> 8 & 0xFF);
    out[2] = static_cast<std::byte>(octets >> 16 & 0xFF);
}

// Quanta without padding. Returns whether all characters were of the alphabet.
bool decode_quanta(Bytes chars, std::byte* out) {
    std::uint32_t seen = 0;
    const std::byte* in = chars.data();
    std::size_t quanta = chars.size() / 4;
    for (; quanta > 2; quanta -= 2, in += 8, out += 6) {
        const std::uint32_t first = decode_quantum(in);
        const std::uint32_t second = decode_quantum(in + 4);
        seen |= first | second;
        // Eight octets for six: the next round, of which there is one, overwrites the other two.
        const std::uint64_t both = first | std::uint64_t{second} << 24;
        store_le64(std::span<std::byte, 8>(out, 8), both);
    }
    for (; quanta > 0; --quanta, in += 4, out += 3) {
        const std::uint32_t octets = decode_quantum(in);
        seen |= octets;
        store_octets(octets, out);
    }
    return (seen & kForeign) == 0;
}

}  // namespace

void base64_encode(Bytes plain, MutableBytes out) {
    LOAM_CHECK(out.size() >= base64_chars(plain.size()));
    const std::byte* in = plain.data();
    std::byte* to = out.data();
    std::size_t left = plain.size();
    for (; left >= 8; left -= 6, in += 6, to += 8) {
        const std::uint64_t octets = load_be64(std::span<const std::byte, 8>(in, 8));
        const std::uint64_t chars = std::uint64_t{kPairs[octets >> 52]} |
                                    std::uint64_t{kPairs[octets >> 40 & 0xFFF]} << 16 |
                                    std::uint64_t{kPairs[octets >> 28 & 0xFFF]} << 32 |
                                    std::uint64_t{kPairs[octets >> 16 & 0xFFF]} << 48;
        store_le64(std::span<std::byte, 8>(to, 8), chars);
    }
    while (left > 0) {
        std::array<std::byte, 3> quantum{};
        const std::size_t taken = left < 3 ? left : 3;
        std::memcpy(quantum.data(), in, taken);
        const std::uint32_t octets = std::to_integer<std::uint32_t>(quantum[0]) << 16 |
                                     std::to_integer<std::uint32_t>(quantum[1]) << 8 |
                                     std::to_integer<std::uint32_t>(quantum[2]);
        store_le16(std::span<std::byte, 2>(to, 2), kPairs[octets >> 12]);
        store_le16(std::span<std::byte, 2>(to + 2, 2), kPairs[octets & 0xFFF]);
        if (taken < 3) to[3] = kPad;
        if (taken < 2) to[2] = kPad;
        in += taken;
        left -= taken;
        to += 4;
    }
}

std::optional<std::size_t> base64_decode_canonical(Bytes chars, MutableBytes out) {
    LOAM_CHECK(out.size() >= base64_plain_max(chars.size()));
    if (chars.size() % 4 != 0) return std::nullopt;
    if (chars.empty()) return 0;
    if (chars.back() != kPad) {
        if (!decode_quanta(chars, out.data())) return std::nullopt;
        return chars.size() / 4 * 3;
    }
    const Bytes whole = chars.first(chars.size() - 4);
    const Bytes last = chars.last(4);
    if (!decode_quanta(whole, out.data())) return std::nullopt;
    const std::size_t kept = last[2] == kPad ? 1 : 2;
    std::array<std::byte, 4> quantum{last[0], last[1], kept == 2 ? last[2] : std::byte{'A'},
                                     std::byte{'A'}};
    const std::uint32_t octets = decode_quantum(quantum.data());
    // Bits past the last octet are pad bits: not zero, they would be lost.
    if ((octets & kForeign) != 0 || octets >> (8 * kept) != 0) return std::nullopt;
    const std::size_t start = whole.size() / 4 * 3;
    for (std::size_t i = 0; i < kept; ++i)
        out[start + i] = static_cast<std::byte>(octets >> (8 * i) & 0xFF);
    return start + kept;
}

void Base64Decoder::feed(Bytes encoded, ByteVector& out) {
    if (ended_ || encoded.empty()) return;
    const std::size_t before = out.size();
    out.resize(before + base64_plain_max(encoded.size() + chars_));
    std::byte* to = out.data() + before;
    std::size_t i = 0;
    while (i < encoded.size() && !ended_) {
        while (chars_ == 0 && encoded.size() - i >= 4) {
            const std::uint32_t octets = decode_quantum(encoded.data() + i);
            if ((octets & kForeign) != 0) break;
            store_octets(octets, to);
            to += 3;
            i += 4;
        }
        if (i < encoded.size()) to = take(encoded[i++], to);
    }
    out.resize(static_cast<std::size_t>(to - out.data()));
}

// One character, wherever it stands.
std::byte* Base64Decoder::take(std::byte c, std::byte* out) {
    if (c == kPad) return chars_ >= 2 ? take_padding(out) : out;
    const std::uint32_t bits = bits_of(c);
    if (bits >= 64) return out;
    bits_ = bits_ << 6 | bits;
    if (++chars_ < 4) return out;
    for (int shift = 16; shift >= 0; shift -= 8)
        *out++ = static_cast<std::byte>(bits_ >> shift & 0xFF);
    bits_ = 0;
    chars_ = 0;
    return out;
}

// The whole octets of a quantum of two or three characters; nothing follows it.
std::byte* Base64Decoder::take_padding(std::byte* out) {
    const std::uint32_t quantum = bits_ << (6 * (4 - chars_));
    *out++ = static_cast<std::byte>(quantum >> 16 & 0xFF);
    if (chars_ == 3) *out++ = static_cast<std::byte>(quantum >> 8 & 0xFF);
    bits_ = 0;
    chars_ = 0;
    ended_ = true;
    return out;
}

void Base64Decoder::finish(ByteVector& out) {
    if (ended_ || chars_ < 2) return;
    std::array<std::byte, 2> last{};
    std::byte* end = take_padding(last.data());
    out.insert(out.end(), last.data(), end);
}

}  // namespace loam
