// Ingest: the octets of a message in, frames and what is known of it out.
#include "engine/keep/ingest.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "engine/codec/blob_reader.h"

namespace loam::keep {
namespace {

constexpr std::size_t kChunkBytes = 64U << 10;

/// Text that hardly shrinks.
std::string large_message(std::uint64_t seed, std::size_t bytes) {
    std::mt19937_64 random(seed);
    std::string text = "Subject: large\r\n\r\n";
    while (text.size() < bytes)
        text += std::to_string(random()) + "\r\n";
    return text;
}

/// A message whose base64 body is large enough to be stored decoded.
std::string message_with_attachment(std::size_t lines) {
    std::string text =
        "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    for (std::size_t i = 0; i < lines; ++i)
        text += std::string(76, static_cast<char>('A' + i % 26)) + "\r\n";
    return text;
}

struct Stored {
    ByteVector blob;
    std::size_t chunks = 0;  ///< taken before the last octet had come
    Ingest::Finished finished;
};

/// Feeds `text` in pieces of at most `piece_bytes_max` octets, and takes chunks on the way as an
/// upload does.
Stored store(ZstdContext& zstd, std::string_view text, std::size_t piece_bytes_max) {
    std::mt19937_64 random(text.size() + piece_bytes_max);
    Ingest ingest(zstd);
    Stored stored;
    const auto take = [&] {
        const ByteVector taken = ingest.take_frames(kChunkBytes);
        stored.blob.insert(stored.blob.end(), taken.begin(), taken.end());
    };
    while (!text.empty()) {
        const std::size_t piece =
            std::min<std::size_t>(text.size(), 1 + random() % piece_bytes_max);
        ingest.feed(as_bytes(text.substr(0, piece)));
        text.remove_prefix(piece);
        for (; ingest.frame_bytes() >= kChunkBytes; ++stored.chunks)
            take();
    }
    stored.finished = ingest.finish();
    while (ingest.frame_bytes() > 0)
        take();
    return stored;
}

void expect_same_octets(ZstdContext& zstd, const Stored& stored, std::string_view text) {
    const BlobLayout& layout = stored.finished.layout;
    EXPECT_EQ(layout.stored_bytes, stored.blob.size());
    EXPECT_EQ(stored.finished.message.raw_bytes, text.size());
    EXPECT_EQ(stored.finished.sha256, sha256(as_bytes(text)));
    const auto raw = decode_blob(zstd, layout, stored.blob);
    ASSERT_TRUE(raw) << raw.error().what;
    EXPECT_TRUE(as_text(*raw) == text);
}

TEST(Ingest, ASmallMessageGivesNothingBeforeItsEnd) {
    const std::string_view text = "Subject: small\r\n\r\nHello.\r\n";
    ZstdContext zstd;
    const Stored stored = store(zstd, text, 5);
    EXPECT_EQ(stored.chunks, 0U);
    expect_same_octets(zstd, stored, text);
    EXPECT_NE(stored.finished.message.envelope.find("\"small\""), std::string::npos);
}

TEST(Ingest, NoOctetsAtAllAreAMessageToo) {
    ZstdContext zstd;
    const Stored stored = store(zstd, "", 1);
    EXPECT_TRUE(stored.blob.empty());
    expect_same_octets(zstd, stored, "");
}

TEST(Ingest, ALargeMessageLeavesInChunksWhileItArrives) {
    const std::string text = large_message(1, 1'500'000);
    ZstdContext zstd;
    const Stored stored = store(zstd, text, 30'000);
    EXPECT_GE(stored.chunks, 5U);
    expect_same_octets(zstd, stored, text);
}

TEST(Ingest, AChunkIsWholeFramesAndAtLeastOne) {
    const std::string text = large_message(2, 400'000);
    ZstdContext zstd;
    Ingest ingest(zstd);
    EXPECT_TRUE(ingest.take_frames(1).empty()) << "nothing waits";
    ingest.feed(as_bytes(text));
    const BlobLayout layout = ingest.finish().layout;
    for (const Extent& extent : layout.extents) {
        for (const Frame& frame : extent.frames)
            EXPECT_EQ(ingest.take_frames(1).size(), frame.stored_bytes);
    }
    EXPECT_EQ(ingest.frame_bytes(), 0U);
}

TEST(Ingest, AnyCutOfTheInputGivesTheSameBlob) {
    for (const std::string& text : {large_message(3, 200'000), message_with_attachment(3000)}) {
        ZstdContext zstd;
        const Stored whole = store(zstd, text, text.size());
        expect_same_octets(zstd, whole, text);
        for (const std::size_t piece : {7U, 76U, 4096U, 65536U}) {
            const Stored cut = store(zstd, text, piece);
            EXPECT_TRUE(cut.blob == whole.blob) << piece;
            EXPECT_TRUE(cut.finished.layout == whole.finished.layout) << piece;
            EXPECT_TRUE(cut.finished.message == whole.finished.message) << piece;
        }
    }
}

TEST(Ingest, ABase64BodyIsFoundFromItsPart) {
    const std::string text = message_with_attachment(3000);
    ZstdContext zstd;
    const Stored stored = store(zstd, text, 1000);
    const auto extent = stored.finished.message.structure.parts.front().blob_extent;
    ASSERT_TRUE(extent);
    ASSERT_LT(*extent, stored.finished.layout.extents.size());
    EXPECT_EQ(stored.finished.layout.extents[*extent].kind, ExtentKind::base64);
    EXPECT_EQ(stored.finished.layout.extents[*extent].plain_bytes, 3000U * 57);
}

TEST(Ingest, OneThatIsGivenUpDoesNotDisturbTheOthers) {
    const std::string text = large_message(4, 300'000);
    ZstdContext zstd;
    Ingest kept(zstd);
    {
        std::optional<Ingest> given_up(std::in_place, zstd);
        const std::string other = message_with_attachment(5000);
        for (std::size_t at = 0; at < text.size(); at += 10'000) {
            kept.feed(as_bytes(text).subspan(at, std::min<std::size_t>(10'000, text.size() - at)));
            if (at == 200'000) given_up.reset();
            if (given_up) given_up->feed(as_bytes(other).subspan(at, 10'000));
        }
    }
    Stored stored;
    stored.finished = kept.finish();
    stored.blob = kept.take_frames(SIZE_MAX);
    expect_same_octets(zstd, stored, text);
}

}  // namespace
}  // namespace loam::keep
