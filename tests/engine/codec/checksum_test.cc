#include "engine/codec/checksum.h"

#include <gtest/gtest.h>

#include "tests/engine/codec/samples.h"

namespace loam {
namespace {

using codec_test::hex;
using codec_test::Random;

TEST(Crc32c, GivesTheValuesOfTheStandard) {
    EXPECT_EQ(crc32c({}), 0U);
    EXPECT_EQ(crc32c(as_bytes("123456789")), 0xE3069283U);  // the check value of CRC-32C
    EXPECT_EQ(crc32c(ByteVector(32)), 0x8A9136AAU);         // RFC 3720 appendix B.4
    EXPECT_EQ(crc32c(ByteVector(32, std::byte{0xFF})), 0x62A8AB43U);
}

TEST(Crc32c, GoesOnFromASeed) {
    Random random(1);
    const ByteVector data = codec_test::noise(random, 5000);
    for (std::size_t cut = 0; cut <= data.size(); cut += 97) {
        const Bytes all(data);
        EXPECT_EQ(crc32c(all.subspan(cut), crc32c(all.first(cut))), crc32c(all)) << cut;
    }
    EXPECT_NE(crc32c(data, 1), crc32c(data, 2));  // a seed of one's own keeps others' groups out
}

TEST(Xxh3, GivesTheValuesOfTheReference) {
    EXPECT_EQ(xxh3_64({}), 0x2D06800538D394C2U);  // XXH3 with seed 0, empty input
    EXPECT_EQ(hex(xxh3_128({})), "99aa06d3014798d86001c324468d497f");
    EXPECT_NE(xxh3_128(as_bytes("a")), xxh3_128(as_bytes("b")));
}

TEST(Xxh3, PiecesGiveWhatTheWholeGives) {
    Random random(2);
    const ByteVector data = codec_test::noise(random, 100'000);
    Xxh3Stream stream;
    EXPECT_EQ(stream.finish(), xxh3_64({}));
    std::size_t seen = 0;
    for (const Bytes piece : codec_test::random_cuts(random, data)) {
        stream.update(piece);
        seen += piece.size();
    }
    EXPECT_EQ(seen, data.size());
    EXPECT_EQ(stream.finish(), xxh3_64(data));
}

TEST(Sha256, GivesTheValuesOfTheStandard) {
    EXPECT_EQ(hex(sha256({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(hex(sha256(as_bytes("abc"))),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    Sha256 hash;
    hash.update(as_bytes("a"));
    hash.update({});
    hash.update(as_bytes("bc"));
    EXPECT_EQ(hash.finish(), sha256(as_bytes("abc")));
}

}  // namespace
}  // namespace loam
