// What a client may send once COMPRESS is on. The first octet says how much is taken at a time, the
// second how much is given. However it is cut, the same comes out of it, and never more than asked
// for; what we compress ourselves is read back.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/check.h"
#include "imapd/net/deflate.h"

namespace loam::imap {
namespace {

/// An end to what a bomb makes of a few octets.
constexpr std::size_t kEnough = 1U << 20;

std::string inflate_in_pieces(std::string_view octets, std::size_t give, std::size_t take) {
    Inflater inflater;
    std::string all;
    while (!octets.empty() && all.size() < kEnough) {
        const std::string_view piece = octets.substr(0, give);
        octets.remove_prefix(piece.size());
        inflater.give(as_bytes(piece));
        for (;;) {
            const auto got = inflater.take(take);
            if (!got) return all;
            LOAM_CHECK(got->size() <= take);
            if (got->empty() || all.size() >= kEnough) break;
            all += as_text(*got);
        }
    }
    return all;
}

void check(std::string_view octets) {
    if (octets.size() < 2) return;
    const std::size_t take = 1 + static_cast<unsigned char>(octets[0]);
    const std::size_t give = 1 + static_cast<unsigned char>(octets[1]);
    octets.remove_prefix(2);
    const std::string pieces = inflate_in_pieces(octets, give, take);
    const std::string whole = inflate_in_pieces(octets, octets.size(), kEnough);
    const std::size_t common = std::min(pieces.size(), whole.size());
    LOAM_CHECK(pieces.compare(0, common, whole, 0, common) == 0);
    LOAM_CHECK(pieces.size() == whole.size() || common >= kEnough);

    Deflater deflater;
    const std::string_view said = octets.substr(0, Deflater::kPieceBytesMax);
    const ByteVector compressed = deflater.compress(as_bytes(said));
    LOAM_CHECK(inflate_in_pieces(as_text(compressed), give, take) == said);
}

}  // namespace
}  // namespace loam::imap

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    loam::imap::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
