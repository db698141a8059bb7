#include "engine/codec/blob_layout.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "engine/base/limits.h"
#include "engine/codec/varint.h"
#include "tests/engine/codec/samples.h"

namespace loam {
namespace {

// A varint of the layout, and the checksum behind that of a frame.
struct Number {
    Number(std::uint64_t varint) : value(varint) {}
    Number(std::uint64_t varint, std::uint32_t checksum) : value(varint), crc(checksum) {}
    std::uint64_t value;
    std::optional<std::uint32_t> crc = std::nullopt;
};

// The layout's numbers, written by hand.
ByteVector numbers(const std::vector<Number>& values) {
    ByteVector out;
    ByteWriter writer(out);
    for (const Number& number : values) {
        writer.varint(number.value);
        if (number.crc) writer.u32(*number.crc);
    }
    return out;
}

constexpr std::uint64_t kZstd = 1;
constexpr std::uint64_t kDictionary = 2;
constexpr std::uint32_t kCrc = 0x89abcdef;
Number frame(std::uint64_t stored_bytes, std::uint64_t codec) {
    return {stored_bytes << 2 | codec, kCrc};
}
// 1: base64; 4: CRLF; 8: the last line has an end; then quanta a line.
constexpr std::uint64_t kHead76Crlf = 1 | 4 | 19 << 4;

TEST(BlobLayout, AShortMailTakesElevenOctets) {
    const BlobLayout layout{.raw_bytes = 3000,
                            .stored_bytes = 900,
                            .extents = {{.raw_bytes = 3000,
                                         .plain_bytes = 3000,
                                         .frames = {{.stored_bytes = 900,
                                                     .codec = FrameCodec::zstd_dictionary,
                                                     .crc = kCrc}}}}};
    ByteVector out;
    encode_blob_layout(layout, out);
    EXPECT_EQ(out, numbers({1, 1, 0, 3000, frame(900, kDictionary)}));
    EXPECT_EQ(out.size(), 11U);
    const auto back = decode_blob_layout(out);
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, layout);
}

TEST(BlobLayout, AnEmptyMessageHasNoExtent) {
    ByteVector out;
    encode_blob_layout({}, out);
    const auto back = decode_blob_layout(out);
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, BlobLayout{});
}

TEST(BlobLayout, OffsetsFollowFromTheRest) {
    const std::uint64_t decoded = kBase64FrameBytes + 57;
    const auto layout = decode_blob_layout(
        numbers({1, 3, 0, 500, frame(300, kDictionary), kHead76Crlf, decoded,
                 frame(kBase64FrameBytes, 0), frame(57, 0), 0, 20, frame(20, 0)}));
    ASSERT_TRUE(layout);
    constexpr std::uint64_t kRaw =
        172'108 + 2264 * 2;  // characters, and line ends between 2265 lines
    ASSERT_EQ(layout->extents.size(), 3U);
    const Extent& body = layout->extents[1];
    EXPECT_EQ(body.kind, ExtentKind::base64);
    EXPECT_EQ(body.recipe, (Base64Recipe{.line_chars = 76, .crlf = true, .last_line_end = false}));
    EXPECT_EQ(body.raw_offset, 500U);
    EXPECT_EQ(body.raw_bytes, kRaw);
    EXPECT_EQ(body.stored_offset, 300U);
    EXPECT_EQ(body.frame_bytes(0), kBase64FrameBytes);
    EXPECT_EQ(body.frame_bytes(1), 57U);
    EXPECT_EQ(layout->extents[2].raw_offset, 500 + kRaw);
    EXPECT_EQ(layout->extents[2].stored_offset, 300 + kBase64FrameBytes + 57);
    EXPECT_EQ(layout->raw_bytes, 500 + kRaw + 20);
    EXPECT_EQ(layout->stored_bytes, 300 + kBase64FrameBytes + 57 + 20);
}

struct Refused {
    std::string_view why;
    std::vector<Number> numbers;
    Errc code = Errc::corrupt;
};

TEST(BlobLayout, RefusesWhatNoWriterMakes) {
    const Refused cases[] = {
        {"a newer version", {2, 0}, Errc::unsupported},
        {"no version", {0, 0}},
        {"the count is missing", {1}},
        {"an extent is missing", {1, 1}},
        {"more extents than octets", {1, 1000, 0, 5, frame(5, 0)}},
        {"an empty extent", {1, 1, 0, 0, 0}},
        {"an unknown kind", {1, 1, 2 | 19 << 4, 57, frame(57, 0)}},
        {"a verbatim extent with a line end", {1, 1, 4, 5, frame(5, 0)}},
        {"a base64 extent without line length", {1, 1, 1, 57, frame(57, 0)}},
        {"a line too long for a recipe", {1, 1, 1 | 250 << 4, 57, frame(57, 0)}},
        {"two verbatim extents in a row", {1, 2, 0, 5, frame(5, 0), 0, 5, frame(5, 0)}},
        {"a frame's checksum is missing", {1, 1, 0, 5, 5 << 2}},
        {"a frame is missing", {1, 1, 0, kVerbatimFrameBytes + 1, frame(100, kZstd)}},
        {"a frame too many", {1, 1, 0, 5, frame(5, 0), frame(5, 0)}},
        {"a stored frame of another size", {1, 1, 0, 5, frame(4, 0)}},
        {"a compressed frame that did not shrink", {1, 1, 0, 5, frame(5, kZstd)}},
        {"a compressed frame of nothing", {1, 1, 0, 5, frame(0, kZstd)}},
        {"an unknown codec", {1, 1, 0, 50, frame(5, 3)}},
        {"a message above any limit", {1, 1, 0, kMessageBytesMax + 1, frame(5, kZstd)}},
        {"more frames than octets", {1, 1, 0, kMessageBytesMax, frame(5, kZstd)}},
    };
    for (const Refused& c : cases) {
        const auto layout = decode_blob_layout(numbers(c.numbers));
        ASSERT_FALSE(layout) << c.why;
        EXPECT_EQ(layout.error().code, c.code) << c.why << ": " << layout.error().what;
    }
    EXPECT_FALSE(decode_blob_layout({}));
}

TEST(BlobLayout, RawSizesOfAllExtentsTogetherAreLimited) {
    // Decoded octets may be within the limit while the encoded ones are not.
    const std::uint64_t decoded = kMessageBytesMax / 4 * 3;
    std::vector<Number> values{1, 1, kHead76Crlf, decoded};
    for (std::uint64_t at = 0; at < decoded; at += kBase64FrameBytes)
        values.push_back(frame(100, kZstd));
    const auto layout = decode_blob_layout(numbers(values));
    ASSERT_FALSE(layout);
    EXPECT_EQ(layout.error().what, "blob layout: message too large");
}

TEST(BlobLayout, EveryPrefixAndEveryChangedOctetIsRefusedOrMeansSomethingSound) {
    const ByteVector good =
        numbers({1, 3, 0, 500, frame(300, kDictionary), kHead76Crlf, 130'000,
                 frame(kBase64FrameBytes, 0), frame(90, kZstd), 0, 20, frame(20, 0)});
    ASSERT_TRUE(decode_blob_layout(good));
    for (std::size_t size = 0; size < good.size(); ++size)
        EXPECT_FALSE(decode_blob_layout(Bytes(good).first(size))) << size;
    for (std::size_t at = 0; at < good.size(); ++at) {
        for (unsigned octet = 0; octet < 256; ++octet) {
            ByteVector changed = good;
            changed[at] = static_cast<std::byte>(octet);
            const auto layout = decode_blob_layout(changed);
            if (!layout) continue;
            ByteVector again;  // what is taken is written the same way
            encode_blob_layout(*layout, again);
            EXPECT_EQ(again, changed);
        }
    }
}

}  // namespace
}  // namespace loam
