#include <gtest/gtest.h>

#include "tests/engine/codec/blob_samples.h"

namespace loam {
namespace {

using codec_test::below;
using codec_test::Blob;
using codec_test::chance;
using codec_test::Random;
using codec_test::Segment;

// Something that real mail does to base64 bodies, at a random place.
void damage(Random& random, ByteVector& body) {
    if (body.empty()) return;
    const auto at = body.begin() + static_cast<std::ptrdiff_t>(below(random, body.size()));
    switch (below(random, 9)) {
        case 0:
            *at = std::byte{'='};
            break;
        case 1:
            *at = std::byte{' '};
            break;
        case 2:
            *at = std::byte{'\n'};
            break;
        case 3:
            *at = static_cast<std::byte>(random() & 0xFF);
            break;
        case 4:
            body.erase(at);
            break;
        case 5:
            body.insert(at, std::byte{'\r'});
            break;
        case 6:
            body.erase(at, body.end());
            break;
        case 7:
            body.insert(at, std::byte{'A'});
            break;
        default:
            body.back() = std::byte{'B'};
            break;  // pad bits, or one more character
    }
}

void append(ByteVector& out, std::string_view text) {
    const Bytes bytes = as_bytes(text);
    out.insert(out.end(), bytes.begin(), bytes.end());
}

ByteVector random_body(Random& random) {
    static constexpr std::size_t kLines[] = {4, 60, 64, 72, 76, 76, 76, 996, 1000};
    static constexpr std::string_view kTails[] = {"\r\n",          "\n\n",     " \r\n", "=\r\n",
                                                  "-- \r\nfooter", "\r\n\r\n", "==",    "AAAA"};
    // Mostly around the least size of an extent, at times several frames.
    const std::size_t size = chance(random, 8) ? below(random, 400'000) : below(random, 9000);
    const ByteVector plain =
        chance(random, 2) ? codec_test::noise(random, size) : codec_test::prose(random, size);
    const std::size_t line_chars = kLines[below(random, std::size(kLines))];
    ByteVector body = codec_test::base64_body(plain, line_chars, chance(random, 2) ? "\r\n" : "\n",
                                              chance(random, 2));
    if (chance(random, 3)) append(body, kTails[below(random, std::size(kTails))]);
    if (chance(random, 3)) damage(random, body);
    return body;
}

std::vector<Segment> random_message(Random& random) {
    std::vector<Segment> message;
    const std::size_t segments = below(random, 6);
    for (std::size_t i = 0; i < segments; ++i) {
        if (chance(random, 2)) {
            message.push_back({.base64 = true, .raw = random_body(random)});
            continue;
        }
        const std::size_t size = chance(random, 6) ? below(random, 200'000) : below(random, 3000);
        message.push_back({.raw = chance(random, 4) ? codec_test::noise(random, size)
                                                    : codec_test::prose(random, size)});
    }
    return message;
}

struct Slice {
    std::size_t offset = 0;
    std::size_t length = 0;
};

Slice random_slice(Random& random, std::size_t size) {
    const std::size_t offset = below(random, size + 2);
    const std::size_t most = chance(random, 2) ? 200 : size + 2;
    return {offset, below(random, most)};
}

Bytes cut(Bytes bytes, Slice slice) {
    const std::size_t offset = std::min(slice.offset, bytes.size());
    return bytes.subspan(offset, std::min(slice.length, bytes.size() - offset));
}

void expect_slices(ZstdContext& zstd, Random& random, const Blob& blob, Bytes raw) {
    for (int i = 0; i < 12; ++i) {
        const Slice slice = random_slice(random, raw.size());
        const BlobReader reader = BlobReader::raw(blob.layout, slice.offset, slice.length);
        const Bytes want = cut(raw, slice);
        EXPECT_EQ(reader.remaining(), want.size());
        const ByteVector got = codec_test::read_all(zstd, reader, blob.stored);
        ASSERT_EQ(as_text(got), as_text(want)) << slice.offset << "+" << slice.length;
    }
}

void expect_decoded(ZstdContext& zstd, Random& random, const Blob& blob,
                    const std::vector<Segment>& message) {
    std::size_t body = 0;
    for (const Segment& segment : message) {
        if (!segment.base64) continue;
        const auto extent = blob.extents[body++];
        if (!extent) continue;
        const ByteVector plain = codec_test::decode_naively(segment.raw);
        ASSERT_EQ(blob.layout.extents[*extent].plain_bytes, plain.size());
        for (int i = 0; i < 8; ++i) {
            const Slice slice = random_slice(random, plain.size());
            const auto reader =
                BlobReader::decoded(blob.layout, *extent, slice.offset, slice.length);
            const ByteVector got = codec_test::read_all(zstd, reader, blob.stored);
            ASSERT_EQ(as_text(got), as_text(cut(plain, slice)));
        }
    }
}

TEST(BlobRoundTrip, RandomMessagesComeBackByteForByte) {
    ZstdContext zstd;
    std::size_t whole_bodies = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        const std::vector<Segment> message = random_message(random);
        const ByteVector raw = codec_test::raw_of(message);
        const Blob blob = codec_test::write_blob(zstd, message, nullptr);
        ASSERT_EQ(blob.layout.raw_bytes, raw.size());
        ASSERT_EQ(blob.layout.stored_bytes, blob.stored.size());
        const auto back = decode_blob(zstd, blob.layout, blob.stored);
        ASSERT_TRUE(back);
        ASSERT_EQ(as_text(*back), as_text(raw));

        ByteVector encoded;
        encode_blob_layout(blob.layout, encoded);
        const auto layout = decode_blob_layout(encoded);
        ASSERT_TRUE(layout) << layout.error().what;
        ASSERT_EQ(*layout, blob.layout);

        const Blob again = codec_test::write_blob(zstd, message, &random);
        ASSERT_EQ(again.layout, blob.layout);
        ASSERT_EQ(as_text(again.stored), as_text(blob.stored));
        ASSERT_EQ(again.extents, blob.extents);

        expect_slices(zstd, random, blob, raw);
        expect_decoded(zstd, random, blob, message);
        for (const auto& extent : blob.extents)
            whole_bodies += extent ? 1U : 0U;
    }
    EXPECT_GT(whole_bodies, 30U);  // else the test looks at nothing
}

TEST(BlobReader, TheFramesOfASliceLieTogether) {
    Random random(1);
    ZstdContext zstd;
    const std::vector<Segment> message = {
        {.raw = codec_test::prose(random, 300'000)},
        {.base64 = true,
         .raw = codec_test::base64_body(codec_test::noise(random, 500'000), 76, "\r\n", true)},
        {.raw = codec_test::prose(random, 1000)},
    };
    const Blob blob = codec_test::write_blob(zstd, message, nullptr);
    for (int i = 0; i < 100; ++i) {
        const Slice slice = random_slice(random, blob.layout.raw_bytes);
        BlobReader reader = BlobReader::raw(blob.layout, slice.offset, slice.length);
        const StoredRange whole = reader.whole();
        std::uint64_t at = whole.offset;
        ByteVector out;
        while (const auto range = reader.next()) {
            ASSERT_EQ(range->offset, at);
            at += range->bytes;
            const Bytes stored = Bytes(blob.stored).subspan(range->offset, range->bytes);
            ASSERT_TRUE(reader.feed(zstd, stored, out));
        }
        EXPECT_EQ(at, whole.offset + whole.bytes);
        EXPECT_EQ(reader.whole(), StoredRange{});
        EXPECT_EQ(reader.remaining(), 0U);
    }
}

TEST(BlobReader, ASliceReadsOnlyTheFramesInRange) {
    Random random(2);
    ZstdContext zstd;
    const Segment body{.base64 = true,
                       .raw = codec_test::base64_body(
                           codec_test::noise(random, 10 * kBase64FrameBytes), 76, "\r\n", false)};
    const Blob blob = codec_test::write_blob(zstd, {body}, nullptr);
    const std::uint64_t middle = blob.layout.raw_bytes / 2 + 1000;
    EXPECT_EQ(BlobReader::raw(blob.layout, middle, 1000).whole().bytes, kBase64FrameBytes);
    EXPECT_EQ(BlobReader::decoded(blob.layout, 0, 5 * kBase64FrameBytes, 1).whole(),
              (StoredRange{.offset = 5 * kBase64FrameBytes, .bytes = kBase64FrameBytes}));
    EXPECT_EQ(BlobReader::raw(blob.layout, blob.layout.raw_bytes, 10).next(), std::nullopt);
}

TEST(BlobReader, TheLastLineEndMayLieBehindAFullFrame) {
    Random random(4);
    ZstdContext zstd;
    // One full frame, whose last line is short and ends in CRLF.
    const Segment body{.base64 = true,
                       .raw = codec_test::base64_body(codec_test::noise(random, kBase64FrameBytes),
                                                      76, "\r\n", true)};
    const Blob blob = codec_test::write_blob(zstd, {body}, nullptr);
    ASSERT_EQ(blob.layout.extents.at(0).frames.size(), 1U);
    const std::size_t size = body.raw.size();
    for (std::size_t offset = size - 10; offset < size; ++offset) {
        const BlobReader reader = BlobReader::raw(blob.layout, offset, 10);
        const ByteVector got = codec_test::read_all(zstd, reader, blob.stored);
        EXPECT_EQ(as_text(got), as_text(body.raw).substr(offset));
    }
}

TEST(BlobReader, EveryFlippedBitOfAStoredFrameIsFound) {
    Random random(5);
    ZstdContext zstd;
    const Segment body{
        .base64 = true,
        .raw = codec_test::base64_body(codec_test::noise(random, 6000), 76, "\r\n", true)};
    const Blob blob = codec_test::write_blob(zstd, {body}, nullptr);
    ASSERT_EQ(blob.layout.extents.at(0).frames.at(0).codec, FrameCodec::stored);
    for (std::size_t bit = 0; bit < blob.stored.size() * 8; ++bit) {
        ByteVector stored = blob.stored;
        stored[bit / 8] ^= std::byte{1} << (bit % 8);
        BlobReader reader = BlobReader::raw(blob.layout, 0, blob.layout.raw_bytes);
        ByteVector out;
        const Status status = reader.feed(zstd, stored, out);
        ASSERT_FALSE(status) << "bit " << bit;
        ASSERT_EQ(status.error().code, Errc::corrupt);
    }
}

TEST(BlobReader, DamageIsAnErrorAndChangesNothing) {
    Random random(3);
    ZstdContext zstd;
    const Blob blob =
        codec_test::write_blob(zstd, {{.raw = codec_test::prose(random, 100'000)}}, nullptr);
    BlobReader reader = BlobReader::raw(blob.layout, 0, 100'000);
    const StoredRange range = reader.next().value_or(StoredRange{});
    ByteVector stored(blob.stored.begin(),
                      blob.stored.begin() + static_cast<std::ptrdiff_t>(range.bytes));
    stored[0] ^= std::byte{0xFF};
    ByteVector out = codec_test::to_vector("kept");
    const Status status = reader.feed(zstd, stored, out);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, Errc::corrupt);
    EXPECT_EQ(as_text(out), "kept");
    EXPECT_EQ(reader.next(), range);
}

}  // namespace
}  // namespace loam
