// What lies beside a blob: docs/format/sidecar.md, section 5.
#include "engine/keep/stored_sidecar.h"

#include <cstdint>
#include <string_view>

#include <gtest/gtest.h>

#include "engine/keep/ingest.h"

namespace loam::keep {
namespace {

constexpr std::string_view kMessage =
    "From: Ada <ada@example.org>\r\nSubject: two parts\r\n"
    "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    "--b\r\nContent-Type: text/plain\r\n\r\nHello.\r\n"
    "--b\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n--b--\r\n";

Ingest::Finished sample() {
    ZstdContext zstd;
    Ingest ingest(zstd);
    ingest.feed(as_bytes(kMessage));
    return ingest.finish();
}

ByteVector encoded_sample() {
    const Ingest::Finished finished = sample();
    return encode_stored_sidecar(finished.layout, finished.message);
}

TEST(StoredSidecar, BothHalvesComeBack) {
    const Ingest::Finished finished = sample();
    const ByteVector stored = encode_stored_sidecar(finished.layout, finished.message);
    const auto parts = split_stored_sidecar(stored);
    ASSERT_TRUE(parts) << parts.error().what;
    const auto layout = decode_blob_layout(parts->layout);
    ASSERT_TRUE(layout) << layout.error().what;
    EXPECT_TRUE(*layout == finished.layout);
    const auto message = mail::decode_sidecar(parts->message);
    ASSERT_TRUE(message) << message.error().what;
    EXPECT_TRUE(*message == finished.message);
    EXPECT_EQ(message->structure.parts.size(), 3U);
}

TEST(StoredSidecar, EveryFlippedBitIsRefused) {
    const ByteVector stored = encoded_sample();
    for (std::size_t bit = 0; bit < stored.size() * 8; ++bit) {
        ByteVector damaged = stored;
        damaged[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
        EXPECT_FALSE(split_stored_sidecar(damaged)) << "bit " << bit;
    }
}

TEST(StoredSidecar, EveryPrefixAndEveryAppendixIsRefused) {
    const ByteVector stored = encoded_sample();
    for (std::size_t size = 0; size < stored.size(); ++size) {
        const auto parts = split_stored_sidecar(Bytes(stored).first(size));
        ASSERT_FALSE(parts) << size << " octets";
        EXPECT_EQ(parts.error().code, Errc::corrupt) << size << " octets";
    }
    ByteVector longer = stored;
    longer.push_back(std::byte{0});
    EXPECT_FALSE(split_stored_sidecar(longer)) << "one octet too many";
}

TEST(StoredSidecar, OtherVersions) {
    ByteVector stored = encoded_sample();
    stored[0] = std::byte{2};
    EXPECT_EQ(split_stored_sidecar(stored).error().code, Errc::unsupported) << "a newer one";
    stored[0] = std::byte{0};
    EXPECT_EQ(split_stored_sidecar(stored).error().code, Errc::corrupt) << "there was no 0";
}

}  // namespace
}  // namespace loam::keep
