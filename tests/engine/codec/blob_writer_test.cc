#include "engine/codec/blob_writer.h"

#include <gtest/gtest.h>

#include "tests/engine/codec/blob_samples.h"

namespace loam {
namespace {

using codec_test::Blob;
using codec_test::Random;
using codec_test::Segment;

// One letter an extent, V or B, its raw octets, and * where end_base64 says the extent is the body.
std::string shape(const Blob& blob) {
    std::string out;
    for (std::size_t i = 0; i < blob.layout.extents.size(); ++i) {
        const Extent& extent = blob.layout.extents[i];
        if (!out.empty()) out += ' ';
        out += extent.kind == ExtentKind::verbatim ? 'V' : 'B';
        out += std::to_string(extent.raw_bytes);
        for (const auto& whole : blob.extents)
            if (whole == i) out += '*';
    }
    return out;
}

ByteVector body(std::size_t plain_bytes, std::string_view line_end = "\r\n",
                bool last_line_end = false, std::size_t line_chars = 76) {
    Random random(plain_bytes);
    const ByteVector plain = codec_test::noise(random, plain_bytes);
    return codec_test::base64_body(plain, line_chars, line_end, last_line_end);
}

ByteVector operator+(ByteVector left, std::string_view right) {
    const Bytes more = as_bytes(right);
    left.insert(left.end(), more.begin(), more.end());
    return left;
}

ByteVector with_octet(ByteVector bytes, std::size_t at, char octet) {
    bytes[at] = static_cast<std::byte>(octet);
    return bytes;
}

struct Case {
    std::string_view why;
    std::vector<Segment> message;
    std::string_view want;
};

const Segment kHead{.raw = codec_test::to_vector("Subject: x\r\n\r\n")};  // 14 octets
const Segment kBoundary{.raw = codec_test::to_vector("\r\n--b--\r\n")};   // 9 octets

std::vector<Case> cases() {
    // 57 octets decoded are a line of 78 raw octets; 100 lines are 7800, without the last end 7798.
    const ByteVector regular = body(5700);
    return {
        {"an empty message", {}, ""},
        {"text runs on in one extent", {kHead, kHead, kBoundary}, "V37"},
        {"a body between text", {kHead, {true, regular}, kBoundary}, "V14 B7798* V9"},
        {"a body alone", {{true, regular}}, "B7798*"},
        {"an empty body", {kHead, {true, {}}, kBoundary}, "V23"},
        {"LF", {kHead, {true, body(5700, "\n")}, kBoundary}, "V14 B7699* V9"},
        {"the last line has an end", {kHead, {true, body(5700, "\r\n", true)}}, "V14 B7800*"},
        {"lines of 60", {kHead, {true, body(5700, "\r\n", false, 60)}}, "V14 B7852*"},
        {"a short last line", {kHead, {true, body(5701)}}, "V14 B7804*"},
        {"empty lines at the end", {kHead, {true, regular + "\r\n \r\n"}}, "V14 B7800* V3"},
        {"a list footer at the end",
         {kHead, {true, body(5701) + "\r\n-- \r\nlist"}},
         "V14 B7806 V9"},
        {"a quantum too short for an extent", {{true, body(2991)}}, "V4092"},
        {"just long enough", {{true, body(2994)}}, "B4096*"},
        {"one long line is no recipe", {kHead, {true, body(5700, "\r\n", false, 7600)}}, "V7614"},
        {"text in a body", {kHead, {true, codec_test::to_vector("Hello\r\n")}}, "V21"},
        {"damage in line 60",
         {kHead, {true, with_octet(regular, 59 * 78 + 5, '*')}},
         "V14 B4602 V3196"},
        {"damage before the extent is long enough",
         {kHead, {true, with_octet(regular, 800, '*')}},
         "V7812"},
        {"LF in line 60",
         {kHead, {true, with_octet(regular, 60 * 78 - 2, ' ')}},
         "V14 B4602 V3196"},
        {"two bodies",
         {kHead, {true, regular}, kBoundary, {true, regular}, kBoundary},
         "V14 B7798* V9 B7798* V9"},
        {"two bodies and nothing between", {{true, regular}, {true, regular}}, "B7798* B7798*"},
    };
}

TEST(BlobWriter, StartsAnExtentWhereTheTransformChanges) {
    ZstdContext zstd;
    for (const Case& c : cases()) {
        SCOPED_TRACE(c.why);
        const Blob blob = codec_test::write_blob(zstd, c.message, nullptr);
        EXPECT_EQ(shape(blob), c.want);
        const auto back = decode_blob(zstd, blob.layout, blob.stored);
        ASSERT_TRUE(back);
        EXPECT_EQ(as_text(*back), as_text(codec_test::raw_of(c.message)));
    }
}

TEST(BlobWriter, CutsExtentsIntoFrames) {
    Random random(1);
    ZstdContext zstd;
    const std::vector<Segment> message = {
        {.raw = codec_test::prose(random, kVerbatimFrameBytes + 1)},
        {.base64 = true, .raw = body(2 * kBase64FrameBytes)},
        {.raw = codec_test::prose(random, kVerbatimFrameBytes)},
    };
    const Blob blob = codec_test::write_blob(zstd, message, nullptr);
    ASSERT_EQ(blob.layout.extents.size(), 3U);
    EXPECT_EQ(blob.layout.extents[0].frames.size(), 2U);
    EXPECT_EQ(blob.layout.extents[1].frames.size(), 2U);
    EXPECT_EQ(blob.layout.extents[2].frames.size(), 1U);
    EXPECT_EQ(blob.layout.extents[0].frames[0].codec, FrameCodec::zstd);
    // Noise: the first frame did not shrink, so none is tried.
    EXPECT_EQ(blob.layout.extents[1].frames[1].codec, FrameCodec::stored);
    EXPECT_EQ(blob.layout.stored_bytes, blob.stored.size());
}

TEST(BlobWriter, AFirstFrameThatDoesNotShrinkDecidesForTheExtent) {
    Random random(2);
    ZstdContext zstd;
    ByteVector dense_first = codec_test::noise(random, kBase64FrameBytes);
    const ByteVector prose = codec_test::prose(random, kBase64FrameBytes);
    ByteVector prose_first = prose;
    dense_first.insert(dense_first.end(), prose.begin(), prose.end());
    prose_first.insert(prose_first.end(), dense_first.begin(), dense_first.end());
    const auto codecs = [&](Bytes plain) {
        const Segment segment{.base64 = true,
                              .raw = codec_test::base64_body(plain, 76, "\r\n", false)};
        const Blob blob = codec_test::write_blob(zstd, {segment}, nullptr);
        std::string out;
        for (const Frame& frame : blob.layout.extents.at(0).frames)
            out += std::to_string(static_cast<int>(frame.codec));
        return out;
    };
    EXPECT_EQ(codecs(dense_first), "00");
    EXPECT_EQ(codecs(prose_first), "101");
}

// The sink sees each frame as soon as it is full, and no frame is larger than one.
class CountingSink final : public FrameSink {
  public:
    void frame(Bytes stored) override {
        ++frames_;
        EXPECT_LE(stored.size(), kFramePlainBytesMax);
    }
    std::size_t frames() const { return frames_; }

  private:
    std::size_t frames_ = 0;
};

TEST(BlobWriter, FramesLeaveWhileTheMessageArrives) {
    Random random(3);
    ZstdContext zstd;
    CountingSink sink;
    BlobWriter writer(zstd, sink);
    const ByteVector piece = codec_test::prose(random, kVerbatimFrameBytes / 2);
    writer.text(piece);
    EXPECT_EQ(sink.frames(), 0U);
    writer.text(piece);
    EXPECT_EQ(sink.frames(), 1U);
    writer.begin_base64();
    writer.base64(body(kBase64FrameBytes + 1000));
    EXPECT_EQ(sink.frames(), 2U);
    EXPECT_TRUE(writer.end_base64().has_value());
    EXPECT_EQ(sink.frames(), 3U);  // an extent's last frame leaves when the extent ends
    const BlobLayout layout = writer.finish();
    EXPECT_EQ(layout.raw_bytes, writer.raw_bytes());
}

}  // namespace
}  // namespace loam
