#pragma once

#include <algorithm>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/bytes.h"
#include "engine/codec/base64.h"

/// Bytes for codec tests. Everything random comes from a generator whose seed the test prints.
namespace loam::codec_test {

using Random = std::mt19937_64;

inline std::size_t below(Random& random, std::size_t end) {
    return random() % end;
}
inline bool chance(Random& random, std::size_t one_in) {
    return below(random, one_in) == 0;
}

inline ByteVector to_vector(std::string_view text) {
    const Bytes bytes = as_bytes(text);
    return {bytes.begin(), bytes.end()};
}

inline std::string hex(Bytes bytes) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out;
    for (const std::byte octet : bytes) {
        out += kDigits[std::to_integer<std::size_t>(octet) >> 4];
        out += kDigits[std::to_integer<std::size_t>(octet) & 15];
    }
    return out;
}

inline ByteVector noise(Random& random, std::size_t size) {
    ByteVector out(size);
    for (std::byte& octet : out)
        octet = static_cast<std::byte>(random() & 0xFF);
    return out;
}

/// Text of few words: shrinks well.
inline ByteVector prose(Random& random, std::size_t size) {
    static constexpr std::string_view kWords[] = {"loam ", "mail ",    "keeps ", "the ",
                                                  "log ",  "line\r\n", "of ",    "truth "};
    ByteVector out;
    while (out.size() < size) {
        const Bytes word = as_bytes(kWords[below(random, std::size(kWords))]);
        out.insert(out.end(), word.begin(), word.end());
    }
    out.resize(size);
    return out;
}

/// Base64 of `plain` in lines.
inline ByteVector base64_body(Bytes plain, std::size_t line_chars, std::string_view line_end,
                              bool last_line_end) {
    ByteVector chars(base64_chars(plain.size()));
    base64_encode(plain, chars);
    ByteVector out;
    const Bytes end = as_bytes(line_end);
    for (std::size_t at = 0; at < chars.size(); at += line_chars) {
        if (at > 0) out.insert(out.end(), end.begin(), end.end());
        const Bytes line = Bytes(chars).subspan(at, std::min(line_chars, chars.size() - at));
        out.insert(out.end(), line.begin(), line.end());
    }
    if (last_line_end) out.insert(out.end(), end.begin(), end.end());
    return out;
}

/// Cuts `bytes` into pieces of random sizes, some of them empty or of one octet.
inline std::vector<Bytes> random_cuts(Random& random, Bytes bytes) {
    std::vector<Bytes> pieces;
    const std::size_t most = std::size_t{1} << below(random, 18);
    while (!bytes.empty()) {
        const Bytes piece = bytes.first(std::min(bytes.size(), below(random, most + 1)));
        pieces.push_back(piece);
        bytes = bytes.subspan(piece.size());
    }
    return pieces;
}

}  // namespace loam::codec_test
