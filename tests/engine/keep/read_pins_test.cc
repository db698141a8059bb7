#include "engine/keep/read_pins.h"

#include <chrono>

#include <gtest/gtest.h>

namespace loam::keep {
namespace {

constexpr AccountId kAccount{2};
constexpr Cid kCid{7};
constexpr io::Monotonic kStart{std::chrono::hours(1)};

TEST(ReadPins, TheEraserWaitsForReadersAndReadersForNobody) {
    ReadPins pins;
    {
        const auto first = pins.pin(kAccount, kCid);
        const auto second = pins.pin(kAccount, kCid);
        ASSERT_TRUE(first && second);
        EXPECT_FALSE(pins.begin_erase(kAccount, kCid, kStart));
        EXPECT_TRUE(pins.begin_erase(kAccount, Cid{8}, kStart)) << "another content";
        EXPECT_TRUE(pins.begin_erase(AccountId{3}, kCid, kStart)) << "another account";
        EXPECT_TRUE(pins.pin(kAccount, kCid)) << "a reader may still come";
        EXPECT_FALSE(first->overtaken());
    }
    EXPECT_TRUE(pins.begin_erase(kAccount, kCid, kStart));
    EXPECT_FALSE(pins.pin(kAccount, kCid)) << "too late";
    pins.end_erase(kAccount, kCid);
    EXPECT_TRUE(pins.pin(kAccount, kCid)) << "who looks now finds no row";
}

TEST(ReadPins, AReaderThatTakesTooLongIsOvertaken) {
    ReadPins pins;
    auto slow = pins.pin(kAccount, kCid);
    EXPECT_FALSE(pins.begin_erase(kAccount, kCid, kStart));
    EXPECT_FALSE(pins.begin_erase(kAccount, kCid, kStart + std::chrono::minutes(9)));
    EXPECT_TRUE(pins.begin_erase(kAccount, kCid, kStart + std::chrono::minutes(10)));
    EXPECT_TRUE(slow->overtaken());
    pins.end_erase(kAccount, kCid);
    EXPECT_TRUE(slow->overtaken());
    EXPECT_FALSE(pins.pin(kAccount, kCid)) << "as long as the slow one is there";
    slow.reset();
    EXPECT_TRUE(pins.pin(kAccount, kCid));
}

TEST(ReadPins, APinMovesWithItsReader) {
    ReadPins pins;
    auto pin = pins.pin(kAccount, kCid);
    {
        const ReadPins::Pin moved = *std::move(pin);
        pin.reset();
        EXPECT_FALSE(pins.begin_erase(kAccount, kCid, kStart));
    }
    EXPECT_TRUE(pins.begin_erase(kAccount, kCid, kStart));
}

}  // namespace
}  // namespace loam::keep
