#include "engine/codec/frame.h"

#include <gtest/gtest.h>

#include "engine/codec/checksum.h"
#include "tests/engine/codec/samples.h"

namespace loam {
namespace {

using codec_test::Random;

struct Kept {
    FrameCodec codec;
    ByteVector stored;
};

Kept keep(const EncodedFrame& frame) {
    return {frame.codec, ByteVector(frame.stored.begin(), frame.stored.end())};
}

TEST(Frame, ComesBackWhateverItIs) {
    Random random(1);
    ZstdContext zstd;
    for (const std::size_t size :
         {std::size_t{1}, std::size_t{50}, std::size_t{5000}, kDictionaryFrameBytesMax,
          kDictionaryFrameBytesMax + 1, std::size_t{64} << 10, kFramePlainBytesMax}) {
        for (const FrameContent content :
             {FrameContent::text, FrameContent::binary, FrameContent::dense}) {
            for (const ByteVector& plain :
                 {codec_test::prose(random, size), codec_test::noise(random, size)}) {
                const Kept frame = keep(zstd.encode(plain, content));
                const auto back = zstd.decode(frame.codec, frame.stored, size);
                ASSERT_TRUE(back) << back.error().what;
                EXPECT_EQ(as_text(*back), as_text(plain));
            }
        }
    }
}

TEST(Frame, TheCodecFollowsTheContent) {
    Random random(2);
    ZstdContext zstd;
    const ByteVector short_text = codec_test::prose(random, kDictionaryFrameBytesMax);
    const ByteVector long_text = codec_test::prose(random, kDictionaryFrameBytesMax + 1);
    const ByteVector junk = codec_test::noise(random, 5000);
    EXPECT_EQ(zstd.encode(short_text, FrameContent::text).codec, FrameCodec::zstd_dictionary);
    EXPECT_EQ(zstd.encode(long_text, FrameContent::text).codec, FrameCodec::zstd);
    EXPECT_EQ(zstd.encode(short_text, FrameContent::binary).codec, FrameCodec::zstd);
    EXPECT_EQ(zstd.encode(short_text, FrameContent::dense).codec, FrameCodec::stored);
    EXPECT_EQ(zstd.encode(junk, FrameContent::text).codec, FrameCodec::stored);
    EXPECT_EQ(zstd.encode(junk, FrameContent::binary).codec, FrameCodec::stored);
}

TEST(Frame, ASmallSavingIsNotWorthIt) {
    Random random(3);
    ZstdContext zstd;
    // Noise with a run of zeros that is worth about 2 %, then one worth about 6 %.
    ByteVector plain = codec_test::noise(random, 50'000);
    std::fill_n(plain.begin(), 1000, std::byte{0});
    EXPECT_EQ(zstd.encode(plain, FrameContent::binary).codec, FrameCodec::stored);
    std::fill_n(plain.begin(), 3000, std::byte{0});
    EXPECT_EQ(zstd.encode(plain, FrameContent::binary).codec, FrameCodec::zstd);
}

TEST(Frame, RefusesWhatTheLayoutDoesNotPromise) {
    Random random(4);
    ZstdContext zstd;
    const ByteVector plain = codec_test::prose(random, 3000);
    const Kept text = keep(zstd.encode(plain, FrameContent::text));
    const Kept binary = keep(zstd.encode(plain, FrameContent::binary));
    ByteVector longer = binary.stored;
    longer.push_back(std::byte{0});
    const Bytes cut = Bytes(binary.stored).first(binary.stored.size() - 1);
    struct Case {
        std::string_view why;
        FrameCodec codec;
        Bytes stored;
        std::size_t plain_bytes;
    };
    const Case cases[] = {
        {"another size", FrameCodec::zstd, binary.stored, 2999},
        {"a size above any frame's", FrameCodec::zstd, binary.stored, kFramePlainBytesMax + 1},
        {"no size", FrameCodec::stored, {}, 0},
        {"a stored frame of another size", FrameCodec::stored, plain, 2999},
        {"cut short", FrameCodec::zstd, cut, 3000},
        {"octets behind the frame", FrameCodec::zstd, longer, 3000},
        {"no zstd frame", FrameCodec::zstd, plain, 3000},
        {"nothing", FrameCodec::zstd, {}, 3000},
        {"the dictionary is missing", FrameCodec::zstd, text.stored, 3000},
        {"an unknown codec", static_cast<FrameCodec>(3), binary.stored, 3000},
    };
    for (const Case& c : cases) {
        const auto back = zstd.decode(c.codec, c.stored, c.plain_bytes);
        ASSERT_FALSE(back) << c.why;
        EXPECT_EQ(back.error().code, Errc::corrupt) << c.why;
    }
    // And the context is none the worse for it.
    const auto good = zstd.decode(text.codec, text.stored, 3000);
    ASSERT_TRUE(good);
    EXPECT_EQ(as_text(*good), as_text(plain));
}

TEST(Dictionary, NeverChanges) {
    // Every stored short mail needs these very bytes. A better dictionary gets a codec of its own.
    EXPECT_EQ(codec_test::hex(sha256(shipped_dictionary())),
              "1f9b7169da630a6029f2dd37f8e6f06a3cf033ce729b2a18a819f76dca68aa5e");
}

TEST(Dictionary, MakesAShortMailSmaller) {
    ZstdContext zstd;
    const ByteVector mail = codec_test::to_vector(
        "Received: from mail.example.org (mail.example.org [192.0.2.7])\r\n"
        "\tby mx.example.com (Postfix) with ESMTPS id 4QxyzW1Abcz\r\n"
        "\tfor <ann@example.com>; Tue, 2 May 2023 10:11:12 +0200 (CEST)\r\n"
        "From: Bob <bob@example.org>\r\nTo: ann@example.com\r\nSubject: lunch\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        "Please let me know if you have any questions.\r\n");
    const std::size_t with = zstd.encode(mail, FrameContent::text).stored.size();
    const std::size_t without = zstd.encode(mail, FrameContent::binary).stored.size();
    EXPECT_LT(with * 3, without * 2);
}

TEST(Frame, DamageIsNoCrash) {
    for (std::uint64_t seed = 1; seed <= 500; ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        static ZstdContext zstd;
        const ByteVector plain = codec_test::prose(random, 1 + codec_test::below(random, 20'000));
        Kept frame = keep(zstd.encode(plain, FrameContent::text));
        const std::size_t at = codec_test::below(random, frame.stored.size());
        frame.stored[at] ^= static_cast<std::byte>(1 + codec_test::below(random, 255));
        const auto back = zstd.decode(frame.codec, frame.stored, plain.size());
        if (back) {
            EXPECT_EQ(back->size(), plain.size());  // the checksum of the record tells
        }
    }
}

}  // namespace
}  // namespace loam
